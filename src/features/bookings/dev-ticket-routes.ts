import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { showPage } from '../../core/http/web-page.js';
import { smtpConfig, type SmtpConfig } from '../../core/messaging/smtp.config.js';
import { TICKET_PAGE } from './dev-ticket-page.js';

/**
 * Where the link to a ticket leads in development, which has no web application. It is no route of the API: it exists where
 * there may be an inbox, and so neither in staging nor in production.
 */
@Injectable()
export class DevTicketRoutes implements OnModuleInit {
  constructor(
    @Inject(smtpConfig.KEY) private readonly config: SmtpConfig,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    if (!this.config.inboxEnabled) return;
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.get('/dev/app/ticket', (_request, reply) => showPage(reply, TICKET_PAGE));
  }
}
