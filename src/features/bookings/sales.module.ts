import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BookingFacts } from './booking-facts.js';
import { BookingMails } from './booking-mails.js';
import { BookingRounds } from './booking-rounds.js';
import { Booking } from './booking.entity.js';
import { BookingPayable } from './booking.payable.js';
import { bookingsConfig } from './bookings.config.js';
import { BookingsController } from './bookings.controller.js';
import { BookingsOfPeople } from './bookings.personal-data.js';
import { Bookings } from './bookings.service.js';
import { Cancellations } from './cancellations.service.js';
import { CancelledEvents } from './cancelled-events.job.js';
import { ClosedSellers } from './closed-sellers.js';
import { EventMoves } from './event-moves.js';
import { ExpiredSeats } from './expired-seats.js';
import { MovedEvents } from './moved-events.job.js';
import { Reminders } from './reminders.job.js';
import { SeatsModule } from './seats.module.js';
import { TicketedEvent } from './ticketed-event.entity.js';
import { TicketedEventsController } from './ticketed-events.controller.js';
import { TicketedEvents } from './ticketed-events.service.js';

/** What takes place, and what becomes of those who book it. */
@Module({
  imports: [SeatsModule, ConfigModule.forFeature(bookingsConfig), TypeOrmModule.forFeature([TicketedEvent, Booking])],
  controllers: [TicketedEventsController, BookingsController],
  providers: [
    TicketedEvents,
    EventMoves,
    MovedEvents,
    CancelledEvents,
    ClosedSellers,
    Bookings,
    BookingPayable,
    BookingFacts,
    BookingMails,
    BookingRounds,
    Reminders,
    Cancellations,
    ExpiredSeats,
    BookingsOfPeople,
  ],
  exports: [BookingFacts],
})
export class SalesModule {}
