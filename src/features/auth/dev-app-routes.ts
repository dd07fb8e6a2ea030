import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { showPage } from '../../core/http/web-page.js';
import { smtpConfig, type SmtpConfig } from '../../core/messaging/smtp.config.js';
import { PAGES } from './dev-app-forms.js';
import { devAppPage } from './dev-app-page.js';

/**
 * Where links of mails lead in development, which has no web application. These are no routes of the API: they exist where
 * there may be an inbox, and so neither in staging nor in production.
 */
@Injectable()
export class DevAppRoutes implements OnModuleInit {
  constructor(
    @Inject(smtpConfig.KEY) private readonly config: SmtpConfig,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    if (!this.config.inboxEnabled) return;
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    for (const [path, forms] of Object.entries(PAGES)) {
      const page = devAppPage(forms);
      server.get(`/dev/app${path}`, (_request, reply) => showPage(reply, page));
    }
  }
}
