import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { smtpConfig } from '../../core/messaging/smtp.config.js';
import { CheckIns } from './check-ins.service.js';
import { DevTicketRoutes } from './dev-ticket-routes.js';
import { SalesModule } from './sales.module.js';
import { TicketCodes } from './ticket-codes.js';
import { TicketsController } from './tickets.controller.js';
import { Tickets } from './tickets.service.js';

/** What lets people in. */
@Module({
  imports: [SalesModule, ConfigModule.forFeature(smtpConfig)],
  controllers: [TicketsController],
  providers: [TicketCodes, Tickets, CheckIns, DevTicketRoutes],
})
export class TicketsModule {}
