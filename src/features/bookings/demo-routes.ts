import { readFile } from 'node:fs/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { showPage } from '../../core/http/web-page.js';
import { smtpConfig, type SmtpConfig } from '../../core/messaging/smtp.config.js';
import { DemoSeeds } from '../../core/seeding/demo-seeds.js';
import { DEMO_PAGE } from './demo-page.js';

const CLIENT = 'client-dist/socket.io.min.js';

const HINT = 'watch a concert sell, at /demo: what you hold in one window is taken in another';

/**
 * Where a person watches seats sell. It is no route of the API: it exists where there may be an inbox, and so neither in
 * staging nor in production.
 */
@Injectable()
export class DemoRoutes implements OnModuleInit {
  constructor(
    @Inject(smtpConfig.KEY) private readonly config: SmtpConfig,
    private readonly host: HttpAdapterHost,
    private readonly seeds: DemoSeeds,
  ) {}

  async onModuleInit(): Promise<void> {
    if (!this.config.inboxEnabled) return;
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    // The one that comes with the server, so that the two are of the same version.
    const content = await readFile(new URL(CLIENT, import.meta.resolve('socket.io')), 'utf8');
    const client = { path: '/demo/socket.io.js', content };
    server.get('/demo', (_request, reply) => showPage(reply, { ...DEMO_PAGE, libraries: [client] }));
    server.get(client.path, (_request, reply) => reply.type('text/javascript; charset=utf-8').send(content));
    this.seeds.register({ plant: () => Promise.resolve(), hints: [HINT] });
  }
}
