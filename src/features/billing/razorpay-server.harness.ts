import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import Razorpay from 'razorpay';
import { type Hit, resets, says, StubUpstream } from '../../../test/harness/upstream.js';

interface Payment {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly created_at: number;
  amount_refunded: number;
}

interface Link {
  readonly id: string;
  readonly reference_id: string;
  readonly amount: number;
  readonly currency: string;
  amount_paid: number;
  status: string;
  payments: { payment_id: string; status: string }[] | null;
}

interface Refund {
  readonly id: string;
  readonly payment_id: string;
  readonly receipt: string;
  status: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface NewLink {
  readonly amount: number;
  readonly currency: string;
  readonly reference_id: string;
  readonly expire_by: number;
  readonly callback_url: string;
}

const LEAST_SECONDS = 15 * 60;

/** What of Razorpay's API our adapter uses, on loopback, and what buyers, banks and the dashboard do to it. */
export class RazorpayServer {
  /** What a refund is when it was made */
  refundStatus = 'processed';
  /** How long a refund is worked on; who comes with the same key meanwhile is refused */
  workMs = 0;
  /** How many requests are done and then not answered: the connection is gone */
  losesAnswers = 0;
  readonly links = new Map<string, Link>();
  readonly refunds = new Map<string, Refund>();
  private readonly payments = new Map<string, Payment>();
  private readonly disputes: { payment_id: string; created_at: number }[] = [];
  private readonly keys = new Map<string, { readonly params: string; answer?: Answer }>();

  private constructor(
    readonly stub: StubUpstream,
    private readonly authorization: string,
  ) {
    this.recover();
  }

  static async start(keyId: string, keySecret: string): Promise<RazorpayServer> {
    const credentials = Buffer.from(`${keyId}:${keySecret}`).toString('base64');
    return new RazorpayServer(await StubUpstream.start(), `Basic ${credentials}`);
  }

  /** Answers again, after it was told to do something else. */
  recover(): void {
    this.stub.willAnswer((response, request) => void this.serve(response, request));
  }

  /** As it does after a day. */
  forgetKeys(): void {
    this.keys.clear();
  }

  pay(reference: string): void {
    const link = this.link(reference);
    const { amount, currency } = link;
    const payment = { id: `pay_${unique()}`, amount, currency, created_at: now(), amount_refunded: 0 };
    this.payments.set(payment.id, payment);
    // One that failed before stays in the list.
    const payments = [
      { payment_id: `pay_${unique()}`, status: 'failed' },
      { payment_id: payment.id, status: 'captured' },
    ];
    Object.assign(link, { status: 'paid', amount_paid: amount, payments });
  }

  lapse(reference: string): void {
    this.link(reference).status = 'expired';
  }

  /** Among those of other payments. */
  dispute(reference: string): void {
    const others = Array.from({ length: 120 }, () => ({ payment_id: `pay_${unique()}`, created_at: now() }));
    this.disputes.push(...others, { payment_id: this.paymentOf(reference).id, created_at: now() });
  }

  /** As an administrator does in the dashboard. */
  refund(reference: string, amount: number): void {
    this.paymentOf(reference).amount_refunded += amount;
  }

  /** An event as it would be sent now. */
  event(type: string, reference: string): object {
    const link = this.link(reference);
    const payment = link.payments === null ? undefined : { entity: this.paymentOf(reference) };
    const charge = { entity: { id: unique(), payment_id: payment?.entity.id } };
    const payload = {
      ...(type.startsWith('payment_link.') && { payment_link: { entity: link } }),
      ...(type.startsWith('refund.') && { refund: charge }),
      ...(type.startsWith('payment.dispute.') && { dispute: charge }),
      ...(payment && { payment }),
    };
    return {
      entity: 'event',
      account_id: 'acc_1',
      event: type,
      contains: Object.keys(payload),
      payload,
      created_at: now(),
    };
  }

  /** What the library's own validator takes. */
  static sign(payload: string, secret: string): Record<string, string> {
    const signature = createHmac('sha256', secret).update(payload).digest('hex');
    expect(Razorpay.validateWebhookSignature(payload, signature, secret)).toBe(true);
    return { 'x-razorpay-signature': signature, 'x-razorpay-event-id': `evt_${unique()}` };
  }

  private async serve(response: ServerResponse, request: IncomingMessage): Promise<void> {
    const hit = this.stub.hits.at(-1) as Hit;
    const { status, body } = await this.answer(hit);
    if (this.losesAnswers-- > 0) return resets(response, request);
    says(status, body, { 'content-type': 'application/json' })(response, request);
  }

  private async answer(hit: Hit): Promise<Answer> {
    if (hit.headers.authorization !== this.authorization) return refused(401, 'Authentication failed');
    const key = hit.headers['x-refund-idempotency'];
    if (typeof key !== 'string') return this.route(hit);
    const params = `${hit.path}?${hit.body}`;
    const known = this.keys.get(key);
    if (known?.answer !== undefined && known.params === params) return known.answer;
    if (known !== undefined) return refused(known.answer ? 400 : 409, 'Another request is in progress');
    const entry: { readonly params: string; answer?: Answer } = { params };
    this.keys.set(key, entry);
    await new Promise((resolve) => setTimeout(resolve, this.workMs));
    return (entry.answer = structuredClone(this.route(hit)));
  }

  private route({ method, path, query, body }: Hit): Answer {
    const [resource = '', id = '', verb = ''] = path.split('/').slice(2);
    const what = `${method} ${resource}${id && '/:id'}${verb && `/${verb}`}`;
    if (what === 'POST payment_links') return this.create(JSON.parse(body) as NewLink);
    if (what === 'GET payment_links') return found({ payment_links: this.list(query) });
    if (what === 'GET payment_links/:id') return found(this.links.get(id));
    if (what === 'POST payment_links/:id/cancel') return this.cancel(id);
    if (what === 'GET payments/:id') return found(this.payments.get(id));
    if (what === 'GET payments/:id/refunds') return found({ items: [...this.refunds.values()].filter(of(id)) });
    if (what === 'POST payments/:id/refund')
      return this.giveBack(id, JSON.parse(body) as { amount: number; receipt: string });
    if (what === 'GET refunds/:id') return found(this.refunds.get(id));
    if (what === 'GET disputes') return found({ items: this.page(query) });
    return refused(404, 'The requested URL was not found');
  }

  private create(wanted: NewLink): Answer {
    const { amount, currency, reference_id, expire_by, callback_url } = wanted;
    if (!(amount > 0) || (currency === 'KWD' && amount % 10 !== 0)) return refused(400, 'The amount is invalid');
    if (expire_by < now() + LEAST_SECONDS)
      return refused(400, 'expire_by should be at least 15 minutes after current time');
    if (!URL.canParse(callback_url)) return refused(400, 'The callback url format is invalid');
    if ([...this.links.values()].some((link) => link.reference_id === reference_id)) {
      return refused(400, `payment link with given reference_id: ${reference_id} already exists`);
    }
    const id = `plink_${unique()}`;
    const own = { id, amount_paid: 0, status: 'created', payments: null, short_url: `${this.stub.url}/i/${id}` };
    const link = { ...wanted, ...own };
    this.links.set(id, link);
    return found(link);
  }

  private cancel(id: string): Answer {
    const link = this.links.get(id);
    if (link?.status !== 'created') return refused(400, 'Payment Link cannot be cancelled');
    link.status = 'cancelled';
    return found(link);
  }

  private giveBack(id: string, { amount, receipt }: { amount: number; receipt: string }): Answer {
    const payment = this.payments.get(id);
    if (payment === undefined) return refused(400, 'The id provided does not exist');
    if (amount > payment.amount - payment.amount_refunded) return refused(400, 'The total refund amount is greater');
    payment.amount_refunded += amount;
    const refund = { id: `rfnd_${unique()}`, payment_id: id, amount, receipt, status: this.refundStatus };
    this.refunds.set(refund.id, refund);
    return found(refund);
  }

  /** As theirs, it does not say in a list by whom a link was paid. */
  private list(query: URLSearchParams): object[] {
    const [reference, payment] = [query.get('reference_id'), query.get('payment_id')];
    return [...this.links.values()]
      .filter((link) => reference === null || link.reference_id === reference)
      .filter((link) => payment === null || link.payments?.some(({ payment_id }) => payment_id === payment))
      .map((link) => ({ ...link, payments: [] }));
  }

  private page(query: URLSearchParams): object[] {
    const [from, skip, count] = ['from', 'skip', 'count'].map((name) => Number(query.get(name)));
    const since = this.disputes.filter(({ created_at }) => created_at >= (from ?? 0));
    return since.slice(skip, (skip ?? 0) + (count ?? 10));
  }

  private link(id: string): Link {
    const link = this.links.get(id);
    if (link === undefined) throw new Error(`There is no link ${id}.`);
    return link;
  }

  private paymentOf(reference: string): Payment {
    const payment = this.payments.get(this.link(reference).payments?.at(-1)?.payment_id ?? '');
    if (payment === undefined) throw new Error(`Nobody has paid ${reference}.`);
    return payment;
  }
}

const unique = () => randomBytes(7).toString('hex');
const now = () => Math.floor(Date.now() / 1_000);
const of = (id: string) => (refund: Refund) => refund.payment_id === id;
const found = (body: object | undefined): Answer =>
  body ? { status: 200, body } : refused(400, 'The id provided does not exist');

/** Its words quote what it was asked. */
function refused(status: number, description: string): Answer {
  return {
    status,
    body: { error: { code: 'BAD_REQUEST_ERROR', description: `canary of the vendor: ${description}` } },
  };
}
