import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AvailabilityController } from './availability.controller.js';
import { Availability } from './availability.service.js';
import { bookingsConfig } from './bookings.config.js';
import { HoldsController } from './holds.controller.js';
import { Holds } from './holds.service.js';
import { SeatReconciliationJob } from './seat-reconciliation.job.js';
import { LiveSeatsGateway } from './live-seats.gateway.js';
import { LiveSeats } from './live-seats.js';
import { SeatChanges } from './seat-changes.js';
import { SeatHold } from './seat-hold.entity.js';
import { SeatLooks } from './seat-looks.js';
import { SeatRow } from './seat-row.entity.js';
import { SeatTally } from './seat-tally.entity.js';
import { SeatType } from './seat-type.entity.js';
import { SeatTypes } from './seat-types.service.js';
import { Seat } from './seat.entity.js';
import { SeatsGateway } from './seats.gateway.js';

/** Who has which seat, until when, and how many are left. */
@Module({
  imports: [
    ConfigModule.forFeature(bookingsConfig),
    TypeOrmModule.forFeature([SeatType, SeatRow, Seat, SeatTally, SeatHold]),
  ],
  controllers: [AvailabilityController, HoldsController],
  providers: [
    SeatTypes,
    Availability,
    SeatChanges,
    LiveSeats,
    LiveSeatsGateway,
    SeatsGateway,
    SeatLooks,
    Holds,
    SeatReconciliationJob,
  ],
  exports: [SeatTypes, SeatChanges],
})
export class SeatsModule {}
