import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Forbidden } from '../../core/access/access.errors.js';
import { showPage } from '../../core/http/web-page.js';
import { BILLING_STYLE } from './page-style.js';
import type { SandboxCheckout } from './sandbox-checkout.entity.js';
import { isPress, SandboxCheckouts } from './sandbox-checkouts.js';
import { SandboxEvents } from './sandbox-events.js';
import { checkoutPage, refusalPage } from './sandbox-pages.js';
import { SandboxRefunds } from './sandbox-refunds.js';
import { SandboxSignatures } from './sandbox-signatures.js';
import { sandboxConfig, type SandboxConfig } from './sandbox.config.js';

type ById = { Params: { id: string } };
type ByPress = { Params: { id: string; press: string }; Body: { token?: unknown } | null };

/**
 * Where buyers pay in the sandbox. These are no routes of the API, as those of a provider are none: where the sandbox is
 * off, and so in staging and production, they do not exist.
 */
@Injectable()
export class SandboxRoutes implements OnModuleInit {
  constructor(
    @Inject(sandboxConfig.KEY) private readonly config: SandboxConfig,
    private readonly host: HttpAdapterHost,
    private readonly checkouts: SandboxCheckouts,
    private readonly refunds: SandboxRefunds,
    private readonly events: SandboxEvents,
    private readonly signatures: SandboxSignatures,
  ) {}

  onModuleInit(): void {
    if (!this.config.enabled) return;
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.get<ById>('/sandbox/checkouts/:id', ({ params }, reply) =>
      this.withCheckout(params.id, reply, (checkout) => this.show(checkout, reply)),
    );
    server.post<ByPress>('/sandbox/checkouts/:id/:press', ({ params, body }, reply) =>
      this.withCheckout(params.id, reply, (checkout) => this.press(checkout, params.press, body?.token, reply)),
    );
  }

  private async withCheckout(
    id: string,
    reply: FastifyReply,
    answer: (checkout: SandboxCheckout) => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    const checkout = await this.checkouts.find(id);
    if (checkout !== null) return answer(checkout);
    reply.callNotFound();
    return reply;
  }

  private async show(checkout: SandboxCheckout, reply: FastifyReply): Promise<FastifyReply> {
    const { id, description, returnUrl } = checkout;
    const refunded = await this.refunds.sumOf(id);
    const events = await this.events.of(id);
    const body = checkoutPage({ checkout, refunded, events, formToken: this.signatures.formToken(id) });
    return showPage(reply, {
      title: description,
      body,
      style: BILLING_STYLE,
      forms: ["'self'", new URL(returnUrl).origin],
    });
  }

  private async press(checkout: SandboxCheckout, press: string, token: unknown, reply: FastifyReply) {
    if (!isPress(press)) {
      reply.callNotFound();
      return reply;
    }
    if (typeof token !== 'string' || !this.signatures.isFormToken(checkout.id, token)) throw new Forbidden();
    const done = await this.checkouts.press(checkout.id, press);
    if (done) return reply.redirect(checkout.returnUrl, 303);
    return showPage(reply.code(409), { title: 'Too late', body: refusalPage(checkout) });
  }
}
