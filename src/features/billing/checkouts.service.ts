import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { NotFound } from '../../core/errors/core.errors.js';
import { outlivingRequest } from '../../core/http/request-context.js';
import { UpstreamTimeout } from '../../core/outbound/outbound.errors.js';
import { CheckoutLinks } from './checkout-links.js';
import { CheckoutEnded } from './payment.errors.js';
import { BY_ID, BY_TOKEN, CLAIM, RECORD_CHECKOUT, UNCLAIM } from './payment-statements.js';
import type { ShownPayment } from './payment.views.js';
import { ProviderChoice } from './provider-choice.js';

/** Longer than any provider is waited for. */
const CLAIMED_SECONDS = 30;
const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 15_000;

/** Brings buyers to the page of the provider, which is made when the first of them comes. */
@Injectable()
export class Checkouts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly choice: ProviderChoice,
    private readonly links: CheckoutLinks,
  ) {}

  /**
   * @returns where the buyer goes on: to the provider, or back if there is nothing left to pay
   * @throws {NotFound | CheckoutEnded} and whatever the provider's client throws
   */
  async urlFor(token: string): Promise<string> {
    const [payment] = await this.dataSource.query<ShownPayment[]>(BY_TOKEN, [this.links.hashOf(token)]);
    if (payment === undefined) throw new NotFound('The checkout');
    if (payment.status === 'paid') return this.links.returnUrl(payment.id, 'paid');
    if (!canBePaid(payment)) throw new CheckoutEnded(payment.status === 'open' ? 'expired' : payment.status);
    if (payment.checkoutUrl !== null) return payment.checkoutUrl;
    // Also without a buyer who waits, what the provider has made is written down.
    return outlivingRequest(() => this.begin(payment));
  }

  /**
   * Asks the provider for its page by the payment's id, and so for the same one however often.
   * @returns the payment as it is then: it may have ended meanwhile
   */
  async create(payment: ShownPayment): Promise<ShownPayment> {
    const { id: paymentId, amount, currency, description } = payment;
    const request = { paymentId, amount, currency, description, returnUrl: this.links.returnUrl(paymentId) };
    const { reference, url, expiresAt } = await this.choice.of(payment).createCheckout(request);
    const [recorded] = await this.dataSource.query<ShownPayment[]>(RECORD_CHECKOUT, [
      ...[paymentId, reference, url, expiresAt],
    ]);
    return recorded ?? this.read(paymentId);
  }

  private async begin({ id }: ShownPayment): Promise<string> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const [claimed] = await this.dataSource.query<ShownPayment[]>(CLAIM, [id, CLAIMED_SECONDS]);
      const payment = claimed === undefined ? await this.read(id) : await this.createOrYield(claimed);
      if (!canBePaid(payment)) throw new CheckoutEnded(payment.status === 'open' ? 'expired' : payment.status);
      if (payment.checkoutUrl !== null) return payment.checkoutUrl;
      if (performance.now() > deadline) throw new UpstreamTimeout();
      // Somebody else is asking at this moment: what they get is ours too.
      await sleep(LOOK_EVERY_MS);
    }
  }

  private async createOrYield(payment: ShownPayment): Promise<ShownPayment> {
    try {
      return await this.create(payment);
    } catch (thrown) {
      await this.dataSource.query(UNCLAIM, [payment.id]);
      throw thrown;
    }
  }

  private async read(id: string): Promise<ShownPayment> {
    const [payment] = await this.dataSource.query<[ShownPayment]>(BY_ID, [id]);
    return payment;
  }
}

const canBePaid = ({ status, expiresAt }: ShownPayment): boolean => status === 'open' && expiresAt > new Date();
