import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { showPage } from '../../core/http/web-page.js';
import { smtpConfig, type SmtpConfig } from '../../core/messaging/smtp.config.js';
import { DemoSeeds } from '../../core/seeding/demo-seeds.js';
import { BILLING_PAGE } from './dev-billing-page.js';

/**
 * Where a developer buys credits without an application. It is no route of the API: it exists where there may be an inbox,
 * and so neither in staging nor in production.
 */
@Injectable()
export class DevBillingRoutes implements OnModuleInit {
  constructor(
    @Inject(smtpConfig.KEY) private readonly config: SmtpConfig,
    private readonly host: HttpAdapterHost,
    private readonly seeds: DemoSeeds,
  ) {}

  onModuleInit(): void {
    if (!this.config.inboxEnabled) return;
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.get('/dev/billing', (_request, reply) => showPage(reply, BILLING_PAGE));
    this.seeds.register({ plant: () => Promise.resolve(), hints: ['buy credits with two clicks, at /dev/billing'] });
  }
}
