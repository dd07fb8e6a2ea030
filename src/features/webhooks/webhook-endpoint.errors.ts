import { Conflict } from '../../core/errors/core.errors.js';
import { defineError, Violates } from '../../core/errors/define-error.js';

export class UnknownEventType extends defineError('invalid', 'UNKNOWN_EVENT_TYPE') {
  constructor(unknown: readonly string[]) {
    super('There is no such event type: GET /v1/event-types lists them.', { details: { unknown } });
  }
}

export class TooManyWebhookEndpoints extends defineError('conflict', 'TOO_MANY_WEBHOOK_ENDPOINTS') {
  constructor(most: number) {
    super(`Your organization has ${most} webhook endpoints already: delete one first.`, { details: { most } });
  }
}

export class WebhookEndpointOff extends defineError('conflict', 'WEBHOOK_ENDPOINT_DISABLED') {
  constructor() {
    super('The endpoint is disabled: enable it first.');
  }
}

export class WebhookNotSent extends defineError('conflict', 'WEBHOOK_TOO_LARGE') {
  constructor() {
    super('The event was too large to be sent, and still is.');
  }
}

// Of one event there is one delivery to an endpoint: who would make another finds this one.
Violates('webhook_deliveries_endpoint_id_event_id_key')(Conflict);
