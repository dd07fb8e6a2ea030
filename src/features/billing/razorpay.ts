import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
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
import type { RazorpayLink } from './razorpay-answers.js';
import { RazorpayCharges } from './razorpay-charges.js';
import { provenEvent } from './razorpay-events.js';
import { isOpen, RazorpayLinksApi } from './razorpay-links.js';
import { razorpayConfig, type RazorpayConfig } from './razorpay.config.js';

interface Client {
  readonly links: RazorpayLinksApi;
  readonly charges: RazorpayCharges;
}

/** Takes money by Payment Links of Razorpay: a checkout is a link there, a charge a payment. */
@Injectable()
export class RazorpayProvider implements PaymentProvider, OnModuleInit {
  readonly name = 'razorpay';
  private client?: Client;

  constructor(
    @Inject(razorpayConfig.KEY) private readonly config: RazorpayConfig,
    private readonly outbound: Outbound,
    private readonly providers: PaymentProviders,
  ) {}

  get enabled(): boolean {
    return this.config.enabled;
  }

  onModuleInit(): void {
    const { enabled, apiUrl, keyId, keySecret } = this.config;
    this.providers.register(this);
    const credentials = Buffer.from(`${keyId}:${keySecret}`).toString('base64');
    const headers = enabled ? { authorization: `Basic ${credentials}` } : undefined;
    const upstream = this.outbound.upstream('razorpay', { url: apiUrl, enabled, headers });
    if (enabled) this.client = { links: new RazorpayLinksApi(upstream), charges: new RazorpayCharges(upstream) };
  }

  async createCheckout(request: CheckoutRequest): Promise<Checkout> {
    const { id, short_url, expire_by } = await this.razorpay.links.open(request);
    return { reference: id, url: short_url, expiresAt: new Date(expire_by * 1_000) };
  }

  async fetch(reference: string): Promise<ProviderPayment> {
    const link = await this.razorpay.links.get(reference);
    const { id, status, amount, amount_paid, currency } = link;
    if (status === 'paid')
      return { reference: id, state: 'paid', amount: amount_paid, currency, ...(await this.chargeOf(link)) };
    return {
      reference: id,
      state: isOpen(status) ? 'open' : 'expired',
      amount,
      currency,
      refunded: 0,
      disputed: false,
    };
  }

  async locate(chargeReference: string): Promise<string | undefined> {
    return (await this.razorpay.links.findByPayment(chargeReference))?.id;
  }

  async expire(reference: string): Promise<void> {
    await this.razorpay.links.cancel(reference);
  }

  async refund(request: ProviderRefundRequest): Promise<ProviderRefund> {
    return this.razorpay.charges.refund(request);
  }

  async fetchRefund(reference: string): Promise<ProviderRefund> {
    return this.razorpay.charges.fetchRefund(reference);
  }

  verify(raw: Buffer, headers: IncomingHttpHeaders): ProviderEvent {
    const { webhookSecret, previousWebhookSecret } = this.config;
    const secrets = [webhookSecret, previousWebhookSecret].filter((secret) => secret !== undefined);
    return provenEvent(secrets, raw, headers);
  }

  private async chargeOf({
    payments,
  }: RazorpayLink): Promise<Pick<ProviderPayment, 'chargeReference' | 'refunded' | 'disputed'>> {
    const { charges } = this.razorpay;
    const captured = payments?.find(({ status }) => status === 'captured' || status === 'refunded');
    if (captured === undefined) throw new UpstreamFailed(new Error('A paid link has no payment.'));
    const payment = await charges.get(captured.payment_id);
    const disputed = await charges.isDisputed(payment);
    return { chargeReference: payment.id, refunded: payment.amount_refunded ?? 0, disputed };
  }

  /** @throws {FeatureDisabled} if it is switched off: then there is none */
  private get razorpay(): Client {
    if (this.client === undefined) throw new FeatureDisabled(this.name);
    return this.client;
  }
}
