import { Controller, Get, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { publicEvents } from '../../core/events/define-event.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { WebhookDeliveries } from './webhook-deliveries.service.js';
import { WebhookDeliveryView } from './webhook-delivery.dto.js';
import { EventTypes } from './webhook-endpoint.dto.js';
import { WebhookEndpointOff, WebhookNotSent } from './webhook-endpoint.errors.js';

@ApiTags('webhooks')
@Controller()
@RequiresRole('admin')
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: WebhookDeliveries) {}

  /** Sends a webhook again, under the same id and with all its attempts */
  @Post('webhook-deliveries/:id/replay')
  @HttpCode(HttpStatus.OK)
  @Throws(NotFound, WebhookEndpointOff, WebhookNotSent)
  replay(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<WebhookDeliveryView> {
    return this.deliveries.replay(actor, id);
  }

  /** What webhook endpoints can subscribe to */
  @Get('event-types')
  eventTypes(): EventTypes {
    return { eventTypes: publicEvents().map(({ name }) => name), all: '*' };
  }
}
