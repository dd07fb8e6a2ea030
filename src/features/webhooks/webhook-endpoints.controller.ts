import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { minutes } from '@nestjs/throttler';
import { CurrentActor, RequiresRole, RequiresVerifiedEmail } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { TargetNotAllowed } from '../../core/outbound/outbound.errors.js';
import { PageQuery } from '../../core/pagination/page.dto.js';
import { StrictLimit } from '../../core/throttling/throttling.decorators.js';
import { WebhookDeliveries } from './webhook-deliveries.service.js';
import { WebhookDeliveryPage, WebhookDeliveryView } from './webhook-delivery.dto.js';
import {
  CreateWebhookEndpoint,
  NewWebhookSecret,
  RotateWebhookSecret,
  UpdateWebhookEndpoint,
  WebhookEndpointPage,
  WebhookEndpointView,
} from './webhook-endpoint.dto.js';
import { TooManyWebhookEndpoints, UnknownEventType } from './webhook-endpoint.errors.js';
import { WebhookEndpoints } from './webhook-endpoints.service.js';

@ApiTags('webhooks')
@Controller('webhook-endpoints')
@RequiresRole('admin')
export class WebhookEndpointsController {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
  ) {}

  /** Where my organization hears of its events, newest first */
  @Get()
  list(@CurrentActor() actor: Actor, @Query() request: PageQuery): Promise<WebhookEndpointPage> {
    return this.endpoints.list(actor, request);
  }

  /** Makes an endpoint, and shows its secret this once */
  @Post()
  @RequiresVerifiedEmail()
  @Throws(TargetNotAllowed, UnknownEventType, TooManyWebhookEndpoints)
  create(@CurrentActor() actor: Actor, @Body() request: CreateWebhookEndpoint): Promise<NewWebhookSecret> {
    return this.endpoints.create(actor, request);
  }

  /** One endpoint */
  @Get(':id')
  @Throws(NotFound)
  read(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<WebhookEndpointView> {
    return this.endpoints.get(actor, id);
  }

  /** Changes an endpoint, switches it off, or on again */
  @Patch(':id')
  @Throws(NotFound, TargetNotAllowed, UnknownEventType)
  update(
    @CurrentActor() actor: Actor,
    @Param() { id }: ById,
    @Body() request: UpdateWebhookEndpoint,
  ): Promise<WebhookEndpointView> {
    return this.endpoints.update(actor, id, request);
  }

  /** Deletes an endpoint, with all that was sent to it and all that waits */
  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Throws(NotFound)
  delete(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<void> {
    return this.endpoints.delete(actor, id);
  }

  /** Gives an endpoint a new secret, which is shown this once; the one before signs too for a while */
  @Post(':id/rotate-secret')
  @HttpCode(HttpStatus.OK)
  @RequiresVerifiedEmail()
  @Throws(NotFound)
  rotate(
    @CurrentActor() actor: Actor,
    @Param() { id }: ById,
    @Body() { overlapHours }: RotateWebhookSecret,
  ): Promise<NewWebhookSecret> {
    return this.endpoints.rotate(actor, id, overlapHours);
  }

  /** Sends an event `webhook.test` to an endpoint, and says what came of it */
  @Post(':id/test')
  @HttpCode(HttpStatus.OK)
  @StrictLimit({ limit: 60, ttl: minutes(10) })
  @Throws(NotFound)
  // eslint-disable-next-line aerie/documented-errors -- what a receiver does wrong is what the answer tells, and no error
  test(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<WebhookDeliveryView> {
    return this.deliveries.test(actor, id);
  }

  /** What was sent to an endpoint in the last thirty days, or waits, newest first */
  @Get(':id/deliveries')
  @Throws(NotFound)
  deliveriesOf(
    @CurrentActor() actor: Actor,
    @Param() { id }: ById,
    @Query() request: PageQuery,
  ): Promise<WebhookDeliveryPage> {
    return this.deliveries.list(actor, id, request);
  }
}
