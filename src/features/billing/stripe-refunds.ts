import type { Stripe } from 'stripe';
import { UpstreamFailed } from '../../core/outbound/outbound.errors.js';
import type { ProviderRefund, ProviderRefundRequest } from './payment-provider.js';
import { RefundRefused } from './payment-provider.errors.js';
import { toStripe } from './stripe-amounts.js';
import { asked, granted, StripeRefusal } from './stripe-asking.js';

/** More than one payment is ever given back in. */
const MOST = 100;
const FOR_GOOD = new Set([400, 402, 404]);

/** Gives money back, once for each of our refunds. */
export class StripeRefunds {
  constructor(private readonly refunds: Stripe['refunds']) {}

  /** Looks first, because Stripe forgets keys after a day. @throws {RefundRefused} */
  async refund(request: ProviderRefundRequest): Promise<ProviderRefund> {
    const { amount } = toStripe(request);
    return refundOf((await this.find(request)) ?? (await this.create(request, amount)));
  }

  async fetch(reference: string): Promise<ProviderRefund> {
    return refundOf(await granted('refund', this.refunds.retrieve(reference)));
  }

  private async find({ refundId, chargeReference }: ProviderRefundRequest): Promise<Stripe.Refund | undefined> {
    const { data } = await granted('list', this.refunds.list({ payment_intent: chargeReference, limit: MOST }));
    return data.find(({ metadata }) => metadata?.['refund'] === refundId);
  }

  private async create({ refundId, chargeReference }: ProviderRefundRequest, amount: number): Promise<Stripe.Refund> {
    const params = { payment_intent: chargeReference, amount, metadata: { refund: refundId } };
    try {
      return await asked('refund', this.refunds.create(params, { idempotencyKey: `refund-${refundId}` }));
    } catch (thrown) {
      if (!(thrown instanceof StripeRefusal)) throw thrown;
      throw FOR_GOOD.has(thrown.status) ? new RefundRefused(thrown.message) : new UpstreamFailed(thrown);
    }
  }
}

function refundOf({ id, status }: Stripe.Refund): ProviderRefund {
  if (status === 'succeeded') return { reference: id, state: 'succeeded' };
  return { reference: id, state: status === 'failed' || status === 'canceled' ? 'failed' : 'pending' };
}
