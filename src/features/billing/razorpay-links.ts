import type { PaymentLinks } from 'razorpay/dist/types/paymentLink.js';
import { UpstreamFailed } from '../../core/outbound/outbound.errors.js';
import type { Upstream } from '../../core/outbound/upstream.js';
import { hours } from '../../core/time/duration.js';
import { demandPayable } from './payable-amounts.js';
import type { CheckoutRequest } from './payment-provider.js';
import { RazorpayLink, RazorpayLinks } from './razorpay-answers.js';

type NewLink = Omit<PaymentLinks.RazorpayPaymentLinkCreateRequestBody, 'customer'>;

const OPEN_FOR = hours(24);

/** The pages of Razorpay where one amount can be paid. Each has our payment as its reference, which is unique there. */
export class RazorpayLinksApi {
  constructor(private readonly upstream: Upstream) {}

  /** Asked again for the same payment, the same link. @throws {AmountNotPayable} */
  async open(request: CheckoutRequest): Promise<RazorpayLink> {
    const answer = await this.upstream.request({
      method: 'POST',
      path: '/v1/payment_links',
      body: linkFor(request),
      // Its reference makes it so: a second one is refused.
      idempotent: true,
    });
    if (answer.ok) return answer.json(RazorpayLink);
    const known = answer.status === 400 ? await this.findByReference(request.paymentId) : undefined;
    return known ?? answer.demandOk().json(RazorpayLink);
  }

  async get(id: string): Promise<RazorpayLink> {
    const answer = await this.upstream.request({ method: 'GET', path: '/v1/payment_links/:id', params: { id } });
    return answer.demandOk().json(RazorpayLink);
  }

  /** The link that a payment was made by. What lists say of payments is not complete: the link itself is asked. */
  async findByPayment(paymentId: string): Promise<RazorpayLink | undefined> {
    const [found] = await this.list({ payment_id: paymentId });
    const link = found && (await this.get(found.id));
    return link?.payments?.some(({ payment_id }) => payment_id === paymentId) ? link : undefined;
  }

  /** Nobody can pay it afterwards; nothing happens to one that is over. */
  async cancel(id: string): Promise<void> {
    const path = '/v1/payment_links/:id/cancel';
    const answer = await this.upstream.request({ method: 'POST', path, params: { id }, idempotent: true });
    if (answer.ok) return;
    const { status } = await this.get(id);
    if (isOpen(status)) throw new UpstreamFailed(new Error(`A link is not cancelled: ${answer.status}.`));
  }

  private async findByReference(reference: string): Promise<RazorpayLink | undefined> {
    const links = await this.list({ reference_id: reference });
    return links.find(({ reference_id }) => reference_id === reference);
  }

  private async list(query: Readonly<Record<string, string>>): Promise<RazorpayLink[]> {
    const answer = await this.upstream.request({ method: 'GET', path: '/v1/payment_links', query });
    return (await answer.demandOk().json(RazorpayLinks)).payment_links;
  }
}

export function isOpen(status: RazorpayLink['status']): boolean {
  return status === 'created' || status === 'partially_paid';
}

function linkFor(request: CheckoutRequest): NewLink {
  demandPayable(request);
  const { paymentId, amount, currency, description, returnUrl } = request;
  return {
    amount,
    currency,
    description,
    reference_id: paymentId,
    expire_by: Math.floor(OPEN_FOR.fromNow().getTime() / 1_000),
    accept_partial: false,
    // We write to our users ourselves.
    notify: { sms: false, email: false },
    reminder_enable: false,
    callback_url: returnUrl,
    callback_method: 'get',
  };
}
