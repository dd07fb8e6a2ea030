import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { showPage } from '../http/web-page.js';
import { type CaughtMail, Inbox } from './inbox.js';
import { listPage, mailFrame, mailPage } from './inbox-pages.js';
import { smtpConfig, type SmtpConfig } from './smtp.config.js';

type ById = { Params: { id: string } };

// Also for who opens the mail by itself: it runs nothing, loads nothing, and is nobody's origin.
const FRAME_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; img-src data:; " +
  "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/**
 * The inbox of development, for people and for tests. These are no routes of the API, as `/docs` is none: where the inbox
 * is off they do not exist, and the document is the same everywhere.
 */
@Injectable()
export class InboxRoutes implements OnModuleInit {
  constructor(
    @Inject(smtpConfig.KEY) private readonly config: SmtpConfig,
    private readonly inbox: Inbox,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    if (this.config.enabled || !this.config.inboxEnabled) return;
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.get('/dev/inbox/messages', (_request, reply) => reply.send({ data: this.inbox.messages }));
    server.get('/dev/inbox', (_request, reply) => showPage(reply, listPage(this.inbox.messages)));
    server.get<ById>('/dev/inbox/:id', ({ params }, reply) =>
      this.withMail(params.id, reply, (mail) => showPage(reply, mailPage(mail))),
    );
    server.get<ById>('/dev/inbox/:id/html', ({ params }, reply) =>
      this.withMail(params.id, reply, (mail) => showFrame(reply, mailFrame(mail))),
    );
  }

  private withMail(id: string, reply: FastifyReply, answer: (mail: CaughtMail) => FastifyReply): FastifyReply | void {
    const mail = this.inbox.find(id);
    return mail === undefined ? reply.callNotFound() : answer(mail);
  }
}

function showFrame(reply: FastifyReply, frame: string): FastifyReply {
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', FRAME_POLICY)
    .header('x-frame-options', 'SAMEORIGIN')
    .send(frame);
}
