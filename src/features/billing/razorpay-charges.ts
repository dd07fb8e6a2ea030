import type { Refunds } from 'razorpay/dist/types/refunds.js';
import type { Upstream } from '../../core/outbound/upstream.js';
import { demandPayable } from './payable-amounts.js';
import { onceFree } from './patience.js';
import type { ProviderRefund, ProviderRefundRequest } from './payment-provider.js';
import { RefundRefused } from './payment-provider.errors.js';
import { RazorpayDisputes, RazorpayPayment, RazorpayRefund, RazorpayRefunds } from './razorpay-answers.js';

/** What one page of theirs holds at most. */
const PAGE = 100;
const MOST_PAGES = 20;
const STATES = { pending: 'pending', processed: 'succeeded', failed: 'failed' } as const;

/** What was paid at Razorpay, what of it went back, and what is disputed. */
export class RazorpayCharges {
  constructor(private readonly upstream: Upstream) {}

  async get(id: string): Promise<RazorpayPayment> {
    const answer = await this.upstream.request({ method: 'GET', path: '/v1/payments/:id', params: { id } });
    return answer.demandOk().json(RazorpayPayment);
  }

  /** Payments do not tell, and disputes can only be listed: all since it was paid. */
  async isDisputed({ id, created_at }: RazorpayPayment): Promise<boolean> {
    for (let page = 0; page < MOST_PAGES; page++) {
      const query = { from: created_at, count: PAGE, skip: page * PAGE };
      const answer = await this.upstream.request({ method: 'GET', path: '/v1/disputes', query });
      const { items } = await answer.demandOk().json(RazorpayDisputes);
      if (items.some(({ payment_id }) => payment_id === id)) return true;
      if (items.length < PAGE) break;
    }
    return false;
  }

  /** Once for each of our refunds: it looks first, because nobody says how long the key is known. @throws {RefundRefused} */
  async refund(request: ProviderRefundRequest): Promise<ProviderRefund> {
    demandPayable(request);
    return refundOf((await this.findRefund(request)) ?? (await this.createRefund(request)));
  }

  async fetchRefund(id: string): Promise<ProviderRefund> {
    const answer = await this.upstream.request({ method: 'GET', path: '/v1/refunds/:id', params: { id } });
    return refundOf(await answer.demandOk().json(RazorpayRefund));
  }

  private async findRefund({ refundId, chargeReference }: ProviderRefundRequest): Promise<RazorpayRefund | undefined> {
    const answer = await this.upstream.request({
      method: 'GET',
      path: '/v1/payments/:id/refunds',
      params: { id: chargeReference },
      query: { count: PAGE },
    });
    const { items } = await answer.demandOk().json(RazorpayRefunds);
    return items.find(({ receipt }) => receipt === refundId);
  }

  private async createRefund({ refundId, chargeReference, amount }: ProviderRefundRequest): Promise<RazorpayRefund> {
    const body: Refunds.RazorpayRefundCreateRequestBody = { amount, speed: 'normal', receipt: refundId };
    const request = {
      method: 'POST',
      path: '/v1/payments/:id/refund',
      params: { id: chargeReference },
      headers: { 'x-refund-idempotency': refundId },
      body,
      idempotent: true,
    } as const;
    const answer = await onceFree(() => this.upstream.request(request));
    if (answer.status === 400) throw new RefundRefused('Razorpay refused: 400.');
    return answer.demandOk().json(RazorpayRefund);
  }
}

function refundOf({ id, status }: RazorpayRefund): ProviderRefund {
  return { reference: id, state: STATES[status] };
}
