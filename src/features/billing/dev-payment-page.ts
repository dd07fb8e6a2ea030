import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { html } from '../../core/messaging/html.js';
import { smtpConfig, type SmtpConfig } from '../../core/messaging/smtp.config.js';

type Query = { Querystring: { payment?: string; status?: string } };

const POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Where buyers come back to in development, which has no web application. It is no route of the API: it exists where there
 * may be an inbox, and so neither in staging nor in production.
 */
@Injectable()
export class DevPaymentPage implements OnModuleInit {
  constructor(
    @Inject(smtpConfig.KEY) private readonly config: SmtpConfig,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    if (!this.config.inboxEnabled) return;
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.get<Query>('/dev/payment', ({ query }, reply) =>
      reply
        .header('content-type', 'text/html; charset=utf-8')
        .header('content-security-policy', POLICY)
        .send(pageOf(String(query.payment ?? ''), String(query.status ?? ''))),
    );
  }
}

function pageOf(payment: string, status: string): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <title>Back from the checkout</title>
      </head>
      <body>
        <h1>You are back</h1>
        <p>Payment ${payment.slice(0, 36)} ${status.slice(0, 20)}</p>
        <p>
          GET /v1/billing/payments/${payment.slice(0, 36)} says how it stands. The receipt is in
          <a href="/dev/inbox">the inbox</a>.
        </p>
      </body>
    </html>`;
  return String(page);
}
