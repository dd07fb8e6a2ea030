import { ApiProperty } from '@nestjs/swagger';
import { defineEvent } from '../../core/events/define-event.js';
import { DISABLED_REASONS, type DisabledReason } from './webhook-endpoint.entity.js';

export class WebhookEndpointDisabled {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ enum: DISABLED_REASONS })
  reason: DisabledReason;
}

/** Nothing is delivered there any more, until somebody enables it again. */
export const webhookEndpointDisabled = defineEvent('webhook-endpoint.disabled', WebhookEndpointDisabled, {
  public: true,
});
