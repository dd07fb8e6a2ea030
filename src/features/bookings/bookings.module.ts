import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { smtpConfig } from '../../core/messaging/smtp.config.js';
import { AvailabilityController } from './availability.controller.js';
import { Availability } from './availability.service.js';
import { BookingFacts } from './booking-facts.js';
import { BookingMails } from './booking-mails.js';
import { Booking } from './booking.entity.js';
import { BookingPayable } from './booking.payable.js';
import { bookingsConfig } from './bookings.config.js';
import { BookingsController } from './bookings.controller.js';
import { BookingsOfPeople } from './bookings.personal-data.js';
import { Bookings } from './bookings.service.js';
import { Cancellations } from './cancellations.service.js';
import { CancelledEvents } from './cancelled-events.job.js';
import { DevTicketRoutes } from './dev-ticket-routes.js';
import { EventMoves } from './event-moves.js';
import { DemoRoutes } from './demo-routes.js';
import { DemoSale } from './demo.seed.js';
import { ExpiredSeats } from './expired-seats.js';
import { CheckIns } from './check-ins.service.js';
import { ClosedSellers } from './closed-sellers.js';
import { ExportsModule } from './exports.module.js';
import { BookingRounds } from './booking-rounds.js';
import { HoldsController } from './holds.controller.js';
import { Holds } from './holds.service.js';
import { HourlyReconciliation } from './hourly-reconciliation.js';
import { LiveSeatsGateway } from './live-seats.gateway.js';
import { LiveSeats } from './live-seats.js';
import { MovedEvents } from './moved-events.job.js';
import { Reminders } from './reminders.job.js';
import { SeatChanges } from './seat-changes.js';
import { SeatHold } from './seat-hold.entity.js';
import { SeatLooks } from './seat-looks.js';
import { SeatRow } from './seat-row.entity.js';
import { SeatTally } from './seat-tally.entity.js';
import { SeatType } from './seat-type.entity.js';
import { SeatTypes } from './seat-types.service.js';
import { Seat } from './seat.entity.js';
import { SeatsGateway } from './seats.gateway.js';
import { TicketCodes } from './ticket-codes.js';
import { TicketedEvent } from './ticketed-event.entity.js';
import { TicketedEventsController } from './ticketed-events.controller.js';
import { TicketedEvents } from './ticketed-events.service.js';
import { ticketsConfig } from './tickets.config.js';
import { TicketsController } from './tickets.controller.js';
import { Tickets } from './tickets.service.js';

/** Events with seats, which are held, booked and paid for, and never sold twice. */
@Module({
  imports: [
    ExportsModule,
    ConfigModule.forFeature(bookingsConfig),
    ConfigModule.forFeature(ticketsConfig),
    ConfigModule.forFeature(smtpConfig),
    TypeOrmModule.forFeature([TicketedEvent, SeatType, SeatRow, Seat, SeatTally, SeatHold, Booking]),
  ],
  controllers: [
    TicketedEventsController,
    AvailabilityController,
    HoldsController,
    BookingsController,
    TicketsController,
  ],
  providers: [
    TicketedEvents,
    SeatTypes,
    Availability,
    SeatChanges,
    LiveSeats,
    LiveSeatsGateway,
    SeatsGateway,
    SeatLooks,
    Holds,
    Bookings,
    BookingPayable,
    BookingFacts,
    BookingMails,
    Cancellations,
    CancelledEvents,
    ExpiredSeats,
    HourlyReconciliation,
    BookingsOfPeople,
    ClosedSellers,
    TicketCodes,
    Tickets,
    CheckIns,
    DevTicketRoutes,
    BookingRounds,
    Reminders,
    EventMoves,
    MovedEvents,
    DemoSale,
    DemoRoutes,
  ],
})
export class BookingsModule {}
