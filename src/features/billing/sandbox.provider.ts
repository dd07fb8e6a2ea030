import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FeatureDisabled } from '../../core/errors/core.errors.js';
import { UpstreamFailed } from '../../core/outbound/outbound.errors.js';
import { SignatureInvalid } from '../../core/webhook-sources/webhook-sources.errors.js';
import { minutes } from '../../core/time/duration.js';
import { OwnAddress } from './own-address.js';
import { demandPayable } from './payable-amounts.js';
import type {
  Checkout,
  CheckoutRequest,
  PaymentProvider,
  ProviderEvent,
  ProviderPayment,
  ProviderRefund,
  ProviderRefundRequest,
} from './payment-provider.js';
import { PaymentProviders } from './payment-providers.js';
import { SandboxCheckout, stateOf } from './sandbox-checkout.entity.js';
import { SandboxCheckouts } from './sandbox-checkouts.js';
import type { SandboxMessage } from './sandbox-events.js';
import { chargeOf, SandboxRefunds } from './sandbox-refunds.js';
import { SandboxSignatures } from './sandbox-signatures.js';
import { sandboxConfig, type SandboxConfig } from './sandbox.config.js';

const PAYABLE_FOR = minutes(30);
const WEB = /^https?:\/\//;

/** A provider of our own, for development and tests: its pages are `/sandbox/checkouts/…`, its money is none. */
@Injectable()
export class SandboxProvider implements PaymentProvider, OnModuleInit {
  readonly name = 'sandbox';

  constructor(
    @Inject(sandboxConfig.KEY) private readonly config: SandboxConfig,
    private readonly dataSource: DataSource,
    private readonly checkouts: SandboxCheckouts,
    private readonly refunds: SandboxRefunds,
    private readonly signatures: SandboxSignatures,
    private readonly own: OwnAddress,
    private readonly providers: PaymentProviders,
  ) {}

  onModuleInit(): void {
    this.providers.register(this);
  }

  get enabled(): boolean {
    return this.config.enabled;
  }

  async createCheckout(request: CheckoutRequest): Promise<Checkout> {
    if (!this.enabled) throw new FeatureDisabled(this.name);
    demandPayable(request);
    if (!WEB.test(request.returnUrl)) throw new Error('A buyer returns to a page of the web.');
    const { paymentId: idempotencyKey, amount, currency, description, returnUrl } = request;
    const terms = { idempotencyKey, amount, currency, description, returnUrl };
    const insertion = this.dataSource.createQueryBuilder().insert().into(SandboxCheckout);
    const expiresAt = PAYABLE_FOR.fromNow();
    await insertion
      .values({ id: randomUUID(), state: 'open', expiresAt, ...terms })
      .orIgnore()
      .execute();
    const checkout = await this.dataSource.manager.findOneByOrFail(SandboxCheckout, { idempotencyKey });
    if (checkout.amount !== amount || checkout.currency !== currency) throw refused('this was asked for otherwise');
    return {
      reference: checkout.id,
      url: `${this.own.origin}/sandbox/checkouts/${checkout.id}`,
      expiresAt: checkout.expiresAt,
    };
  }

  async fetch(reference: string): Promise<ProviderPayment> {
    const checkout = await this.checkouts.find(reference);
    if (checkout === null) throw refused('unknown checkout');
    const state = stateOf(checkout);
    const { amount, currency, disputedAt } = checkout;
    const refunded = await this.refunds.sumOf(reference);
    const chargeReference = state === 'paid' ? chargeOf(reference) : undefined;
    return { reference, state, amount, currency, chargeReference, refunded, disputed: disputedAt !== null };
  }

  async expire(reference: string): Promise<void> {
    await this.dataSource.manager.update(SandboxCheckout, { id: reference, state: 'open' }, { state: 'expired' });
  }

  refund(request: ProviderRefundRequest): Promise<ProviderRefund> {
    return this.refunds.give(request);
  }

  fetchRefund(reference: string): Promise<ProviderRefund> {
    return this.refunds.find(reference);
  }

  verify(raw: Buffer, headers: IncomingHttpHeaders): ProviderEvent {
    const id = this.signatures.verify(raw, headers);
    const payload = messageIn(raw);
    const { reference, amount, currency } = payload.data;
    const paid = payload.type === 'payment.succeeded' ? { amount, currency } : undefined;
    return { id, type: payload.type, payload, reference, paid };
  }
}

/** @throws {SignatureInvalid} if it is none: who holds the secret would not send that */
function messageIn(raw: Buffer): SandboxMessage {
  try {
    const message = JSON.parse(raw.toString('utf8')) as Partial<SandboxMessage> | null;
    if (typeof message?.type === 'string' && typeof message.data === 'object') return message as SandboxMessage;
  } catch {
    // As below.
  }
  throw new SignatureInvalid();
}

/** As the outbound client says it of providers that are further away. */
function refused(why: string): UpstreamFailed {
  return new UpstreamFailed(new Error(`The sandbox refused: ${why}.`));
}
