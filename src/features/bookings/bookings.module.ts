import { Module } from '@nestjs/common';
import { DemoModule } from './demo.module.js';
import { ExportsModule } from './exports.module.js';
import { SalesModule } from './sales.module.js';
import { SeatsModule } from './seats.module.js';
import { TicketsModule } from './tickets.module.js';

/** Events with seats, which are held, booked and paid for, and never sold twice. */
@Module({
  imports: [SeatsModule, SalesModule, TicketsModule, ExportsModule, DemoModule],
})
export class BookingsModule {}
