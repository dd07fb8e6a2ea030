import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { AcrossOrganizations } from '../../core/tenancy/across-organizations.decorator.js';
import { EventNotOnSale } from './event.errors.js';
import { HoldSeats, HoldView } from './hold.dto.js';
import { SeatTaken, SoldOut, TooManySeatsHeld } from './hold.errors.js';
import { Holds } from './holds.service.js';
import { OF_EVERYBODY } from './ticketed-event.entity.js';

@ApiTags('bookings')
@Controller()
@RequiresRole('viewer')
export class HoldsController {
  constructor(private readonly holds: Holds) {}

  /** Keeps seats of any published event for me for some minutes: all of them or none */
  @Post('events/:id/holds')
  @AcrossOrganizations(OF_EVERYBODY)
  @Throws(NotFound, EventNotOnSale, SeatTaken, SoldOut, TooManySeatsHeld)
  hold(@CurrentActor() actor: Actor, @Param() { id }: ById, @Body() request: HoldSeats): Promise<HoldView> {
    return this.holds.hold(actor, id, request);
  }

  /** Releases a hold of mine: its seats are free again */
  @Delete('holds/:id')
  @HttpCode(204)
  @Throws(NotFound)
  release(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<void> {
    return this.holds.release(actor, id);
  }
}
