import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole, RequiresVerifiedEmail } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { Conflict, FeatureDisabled, NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { IdempotencyKey } from '../../core/idempotency/idempotency-key.decorator.js';
import { PageQuery } from '../../core/pagination/page.dto.js';
import { AcrossOrganizations } from '../../core/tenancy/across-organizations.decorator.js';
import { BookingPage, BookingView, CreateBooking, CreatedBooking } from './booking.dto.js';
import { BookingEnded } from './booking.errors.js';
import { OF_BUYER, OF_SELLER } from './booking.entity.js';
import { Bookings } from './bookings.service.js';
import { Cancellations } from './cancellations.service.js';
import { EventNotOnSale } from './event.errors.js';
import { HoldExpired } from './hold.errors.js';
import { OF_EVERYBODY } from './ticketed-event.entity.js';

@ApiTags('bookings')
@Controller()
@RequiresRole('viewer')
export class BookingsController {
  constructor(
    private readonly bookings: Bookings,
    private readonly cancellations: Cancellations,
  ) {}

  /** Books what I hold: at once if it is free, or else it waits to be paid for */
  @Post('bookings')
  @RequiresVerifiedEmail()
  @AcrossOrganizations(OF_EVERYBODY)
  @Throws(NotFound, HoldExpired, EventNotOnSale, FeatureDisabled)
  create(
    @CurrentActor() actor: Actor,
    @Body() request: CreateBooking,
    @IdempotencyKey() key: string,
  ): Promise<CreatedBooking> {
    return this.bookings.create(actor, request, key);
  }

  /** Where a booking of mine is paid for, once more: when the link was lost, or the payment has failed */
  @Post('bookings/:id/checkout')
  @RequiresVerifiedEmail()
  @AcrossOrganizations(OF_BUYER)
  @Throws(NotFound, BookingEnded, FeatureDisabled)
  checkout(
    @CurrentActor() actor: Actor,
    @Param() { id }: ById,
    @IdempotencyKey() key: string,
  ): Promise<CreatedBooking> {
    return this.bookings.checkout(actor, id, key);
  }

  /** My bookings, newest first */
  @Get('bookings')
  @AcrossOrganizations(OF_BUYER)
  list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<BookingPage> {
    return this.bookings.list(actor, query);
  }

  /** A booking of mine, or of an event of my organization */
  @Get('bookings/:id')
  @AcrossOrganizations(OF_SELLER)
  @Throws(NotFound)
  read(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<BookingView> {
    return this.bookings.get(actor, id);
  }

  /** Cancels a booking of mine, whose money goes back by the refund policy */
  @Post('bookings/:id/cancel')
  @AcrossOrganizations(OF_BUYER)
  @HttpCode(200)
  @Throws(NotFound, BookingEnded, Conflict, FeatureDisabled)
  cancel(@CurrentActor() actor: Actor, @Param() { id }: ById, @IdempotencyKey() key: string): Promise<BookingView> {
    return this.cancellations.cancel(actor, id, key);
  }

  /** The bookings of an event of my organization, newest first */
  @Get('events/:id/bookings')
  @RequiresRole('member')
  @AcrossOrganizations(OF_SELLER)
  @Throws(NotFound)
  listOfEvent(@CurrentActor() actor: Actor, @Param() { id }: ById, @Query() query: PageQuery): Promise<BookingPage> {
    return this.bookings.listOfEvent(actor, id, query);
  }
}
