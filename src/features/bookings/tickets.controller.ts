import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { Conflict, NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { IdempotencyKey } from '../../core/idempotency/idempotency-key.decorator.js';
import { AcrossOrganizations } from '../../core/tenancy/across-organizations.decorator.js';
import { BookingView } from './booking.dto.js';
import { OF_BUYER } from './booking.entity.js';
import { CheckIns } from './check-ins.service.js';
import { EventCancelled } from './event.errors.js';
import { CheckIn, TicketView } from './ticket.dto.js';
import { AlreadyCheckedIn, BookingNotConfirmed, TicketInvalid } from './ticket.errors.js';
import { Tickets } from './tickets.service.js';

@ApiTags('tickets')
@Controller()
@RequiresRole('viewer')
export class TicketsController {
  constructor(
    private readonly tickets: Tickets,
    private readonly checkIns: CheckIns,
  ) {}

  /** The ticket of a booking of mine that is confirmed, one for all of its seats */
  @Get('bookings/:id/ticket')
  @AcrossOrganizations(OF_BUYER)
  @Throws(NotFound, BookingNotConfirmed)
  read(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<TicketView> {
    return this.tickets.of(actor, id);
  }

  /** Lets in who shows a ticket of an event of my organization, once */
  @Post('events/:id/check-in')
  @HttpCode(200)
  @RequiresRole('member')
  @Throws(NotFound, EventCancelled, TicketInvalid, BookingNotConfirmed, AlreadyCheckedIn, Conflict)
  checkIn(
    @CurrentActor() actor: Actor,
    @Param() { id }: ById,
    @Body() { code }: CheckIn,
    @IdempotencyKey() key: string,
  ): Promise<BookingView> {
    return this.checkIns.checkIn(actor, id, code, key);
  }
}
