import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { FeatureDisabled } from '../../core/errors/core.errors.js';
import { UpstreamFailed } from '../../core/outbound/outbound.errors.js';
import { Outbound } from '../../core/outbound/outbound.js';
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
import { checkoutOf, paymentOf } from './stripe-answers.js';
import { asked, granted, StripeRefusal } from './stripe-asking.js';
import { sessionFor } from './stripe-checkouts.js';
import { provenEvent, readEvent } from './stripe-events.js';
import { StripeHttpClient } from './stripe-http-client.js';
import { StripeRefunds } from './stripe-refunds.js';
import { stripeConfig, type StripeConfig } from './stripe.config.js';

const WITH_CHARGE = { expand: ['payment_intent.latest_charge'] };

/** Takes money by Stripe Checkout: a checkout is a session there, a charge a payment intent. */
@Injectable()
export class StripeProvider implements PaymentProvider, OnModuleInit {
  readonly name = 'stripe';
  private client?: Stripe;

  constructor(
    @Inject(stripeConfig.KEY) private readonly config: StripeConfig,
    private readonly outbound: Outbound,
    private readonly providers: PaymentProviders,
  ) {}

  get enabled(): boolean {
    return this.config.enabled;
  }

  async onModuleInit(): Promise<void> {
    const { enabled, apiUrl, secretKey = '' } = this.config;
    this.providers.register(this);
    const upstream = this.outbound.upstream('stripe', { url: apiUrl, enabled });
    if (!enabled) return;
    const { Stripe } = await import('stripe');
    // Whether something is asked again is decided by the outbound client alone.
    const options = { httpClient: new StripeHttpClient(upstream), maxNetworkRetries: 0, telemetry: false };
    this.client = new Stripe(secretKey, options);
  }

  async createCheckout(request: CheckoutRequest): Promise<Checkout> {
    const idempotencyKey = `checkout-${request.paymentId}`;
    return checkoutOf(await granted('checkout.session', this.sessions.create(sessionFor(request), { idempotencyKey })));
  }

  async fetch(reference: string): Promise<ProviderPayment> {
    return paymentOf(await granted('checkout.session', this.sessions.retrieve(reference, WITH_CHARGE)));
  }

  async locate(chargeReference: string): Promise<string | undefined> {
    const { data } = await granted('list', this.sessions.list({ payment_intent: chargeReference, limit: 1 }));
    return data[0]?.id;
  }

  async expire(reference: string): Promise<void> {
    try {
      await asked('checkout.session', this.sessions.expire(reference));
    } catch (thrown) {
      if (!(thrown instanceof StripeRefusal)) throw thrown;
      // That is what it answers for one that is over, too.
      const { status } = await granted('checkout.session', this.sessions.retrieve(reference));
      if (status === 'open') throw new UpstreamFailed(thrown);
    }
  }

  async refund(request: ProviderRefundRequest): Promise<ProviderRefund> {
    return new StripeRefunds(this.stripe.refunds).refund(request);
  }

  async fetchRefund(reference: string): Promise<ProviderRefund> {
    return new StripeRefunds(this.stripe.refunds).fetch(reference);
  }

  verify(raw: Buffer, headers: IncomingHttpHeaders): ProviderEvent {
    const { webhookSecret, previousWebhookSecret } = this.config;
    const secrets = [webhookSecret, previousWebhookSecret].filter((secret) => secret !== undefined);
    return readEvent(provenEvent(this.stripe, secrets, raw, headers));
  }

  private get sessions() {
    return this.stripe.checkout.sessions;
  }

  /** @throws {FeatureDisabled} if it is switched off: then there is none */
  private get stripe(): Stripe {
    if (this.client === undefined) throw new FeatureDisabled(this.name);
    return this.client;
  }
}
