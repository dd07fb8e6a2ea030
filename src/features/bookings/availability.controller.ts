import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ActorIfAny, PublicWithActor } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { AcrossOrganizations } from '../../core/tenancy/across-organizations.decorator.js';
import { AvailabilityView, OfSeatType, SeatPage } from './availability.dto.js';
import { Availability } from './availability.service.js';
import { OF_EVERYBODY } from './ticketed-event.entity.js';

@ApiTags('events')
@Controller('events/:id')
@PublicWithActor()
@AcrossOrganizations(OF_EVERYBODY)
export class AvailabilityController {
  constructor(private readonly availability: Availability) {}

  /** How many seats of each type nobody holds or has bought */
  @Get('availability')
  @Throws(NotFound)
  read(@ActorIfAny() actor: Actor | undefined, @Param() { id }: ById): Promise<AvailabilityView> {
    return this.availability.of(actor, id);
  }

  /** The seats of a type in the order of their rows, each free, held or sold; none of general admission */
  @Get('seats')
  @Throws(NotFound)
  list(@ActorIfAny() actor: Actor | undefined, @Param() { id }: ById, @Query() query: OfSeatType): Promise<SeatPage> {
    return this.availability.seats(actor, id, query);
  }
}
