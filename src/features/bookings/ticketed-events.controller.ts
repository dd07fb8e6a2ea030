import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  ActorIfAny,
  CurrentActor,
  PublicWithActor,
  RequiresRole,
  RequiresVerifiedEmail,
} from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { IdempotencyKey } from '../../core/idempotency/idempotency-key.decorator.js';
import { PageQuery } from '../../core/pagination/page.dto.js';
import { AcrossOrganizations } from '../../core/tenancy/across-organizations.decorator.js';
import * as dto from './event.dto.js';
import * as errors from './event.errors.js';
import { OF_EVERYBODY } from './ticketed-event.entity.js';
import { TicketedEvents } from './ticketed-events.service.js';

@ApiTags('events')
@Controller('events')
@RequiresRole('member')
export class TicketedEventsController {
  constructor(private readonly events: TicketedEvents) {}

  /** Makes the draft of an event of my organization, with the seats that it has */
  @Post()
  create(
    @CurrentActor() actor: Actor,
    @Body() request: dto.CreateEvent,
    @IdempotencyKey() key: string,
  ): Promise<dto.EventView> {
    return this.events.create(actor, request, key);
  }

  /** The published events of all organizations, soonest first */
  @Get()
  @PublicWithActor()
  @AcrossOrganizations(OF_EVERYBODY)
  list(@Query() query: dto.EventsQuery): Promise<dto.EventPage> {
    return this.events.list(query);
  }

  /** The events of my organization, drafts too, newest first */
  @Get('mine')
  listMine(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<dto.EventPage> {
    return this.events.listMine(actor, query);
  }

  /** An event that was published, or one of my organization */
  @Get(':id')
  @PublicWithActor()
  @AcrossOrganizations(OF_EVERYBODY)
  @Throws(NotFound)
  read(@ActorIfAny() actor: Actor | undefined, @Param() { id }: ById): Promise<dto.EventView> {
    return this.events.get(actor, id);
  }

  /** Changes what is given of an event that is not cancelled; its seats only as long as it is a draft */
  @Patch(':id')
  @Throws(NotFound, errors.EventNotDraft, errors.EventCancelled, errors.EventStarted)
  update(
    @CurrentActor() actor: Actor,
    @Param() { id }: ById,
    @Body() request: dto.UpdateEvent,
  ): Promise<dto.EventView> {
    return this.events.update(actor, id, request);
  }

  /** Opens the sale to everybody */
  @Post(':id/publish')
  @HttpCode(200)
  @RequiresVerifiedEmail()
  @Throws(NotFound, errors.EventCancelled, errors.EventStarted)
  publish(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<dto.EventView> {
    return this.events.publish(actor, id);
  }

  /** Ends the sale for good. Whoever has booked is told, and gets all of their money back */
  @Post(':id/cancel')
  @HttpCode(200)
  @RequiresRole('admin')
  @Throws(NotFound, errors.EventStarted)
  cancel(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<dto.EventView> {
    return this.events.cancel(actor, id);
  }
}
