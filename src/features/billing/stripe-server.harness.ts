import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Stripe } from 'stripe';
import { type Hit, resets, says, StubUpstream } from '../../../test/harness/upstream.js';

type Fields = Record<string, unknown>;

interface Session extends Fields {
  readonly id: string;
  status: string;
  payment_status: string;
  payment_intent: string | null;
}

interface Charge extends Fields {
  readonly amount: number;
  amount_refunded: number;
  disputed: boolean;
}

interface Intent extends Fields {
  readonly id: string;
  readonly charge: Charge;
  status: string;
}

interface Refund extends Fields {
  readonly id: string;
  readonly payment_intent: string;
  status: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const { webhooks } = new Stripe('sk_test_of_the_signer');
const DAY_SECONDS = 86_400;
const ROUNDED = new Map([
  ['kwd', 10],
  ['isk', 100],
]);

/** What of Stripe's API our adapter uses, on loopback, and what buyers, banks and the dashboard do to it. */
export class StripeServer {
  /** What a refund is when it was made */
  refundStatus = 'succeeded';
  /** How long a request with a key is worked on; who comes with the same key meanwhile is refused */
  workMs = 0;
  /** How many requests are done and then not answered: the connection is gone */
  losesAnswers = 0;
  readonly sessions = new Map<string, Session>();
  readonly refunds = new Map<string, Refund>();
  private readonly intents = new Map<string, Intent>();
  private readonly keys = new Map<string, { readonly params: string; answer?: Answer }>();

  private constructor(
    readonly stub: StubUpstream,
    private readonly secretKey: string,
  ) {
    this.recover();
  }

  static async start(secretKey: string): Promise<StripeServer> {
    return new StripeServer(await StubUpstream.start(), secretKey);
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
    const session = this.session(reference);
    const id = `pi_${unique()}`;
    const charge = {
      id: `ch_${unique()}`,
      amount: session['amount_total'] as number,
      amount_refunded: 0,
      disputed: false,
    };
    this.intents.set(id, { id, object: 'payment_intent', status: 'succeeded', charge });
    Object.assign(session, { status: 'complete', payment_status: 'paid', payment_intent: id, url: null });
  }

  /** A bank debit: under way for days after the buyer has left. */
  debit(reference: string, status: 'processing' | 'requires_payment_method'): void {
    this.pay(reference);
    const session = this.session(reference);
    session.payment_status = 'unpaid';
    this.intent(session.payment_intent ?? '').status = status;
  }

  lapse(reference: string): void {
    Object.assign(this.session(reference), { status: 'expired', url: null });
  }

  dispute(reference: string): void {
    this.intentOf(reference).charge.disputed = true;
  }

  /** As an administrator does in the dashboard. */
  refund(reference: string, amount: number): void {
    this.intentOf(reference).charge.amount_refunded += amount;
  }

  /** An event as it would be sent now. */
  event(type: string, reference: string): object {
    const session = this.session(reference);
    const object = type.startsWith('checkout.')
      ? session
      : {
          id: type.startsWith('payment_intent.') ? session.payment_intent : unique(),
          payment_intent: session.payment_intent,
        };
    return { id: `evt_${unique()}`, object: 'event', type, created: now(), data: { object } };
  }

  /** @param payload as it is sent: whitespace counts */
  static sign(payload: string, secret: string, ageSeconds = 0): Record<string, string> {
    const timestamp = now() - ageSeconds;
    return { 'stripe-signature': webhooks.generateTestHeaderString({ payload, secret, timestamp }) };
  }

  private async serve(response: ServerResponse, request: IncomingMessage): Promise<void> {
    const hit = this.stub.hits.at(-1) as Hit;
    const { status, body } = await this.answer(hit);
    if (this.losesAnswers-- > 0) return resets(response, request);
    says(status, body, { 'content-type': 'application/json', 'request-id': `req_${unique()}` })(response, request);
  }

  private async answer(hit: Hit): Promise<Answer> {
    if (hit.headers.authorization !== `Bearer ${this.secretKey}`) return refused(401, 'api_key_invalid');
    const key = hit.headers['idempotency-key'];
    if (typeof key !== 'string' || hit.method !== 'POST') return this.route(hit);
    const params = `${hit.path}?${hit.body}`;
    const known = this.keys.get(key);
    if (known?.answer !== undefined && known.params === params) return known.answer;
    if (known !== undefined) return refused(known.answer ? 400 : 409, 'idempotency_key_in_use');
    const entry: { readonly params: string; answer?: Answer } = { params };
    this.keys.set(key, entry);
    await new Promise((resolve) => setTimeout(resolve, this.workMs));
    return (entry.answer = structuredClone(this.route(hit)));
  }

  private route({ method, path, query, body }: Hit): Answer {
    const form = new URLSearchParams(body);
    const [resource = '', id, verb] = path.replace('/v1/checkout/', '/v1/').split('/').slice(2);
    const what = `${method} ${resource}${id ? '/:id' : ''}${verb ? `/${verb}` : ''}`;
    if (what === 'POST sessions') return this.create(form);
    if (what === 'GET sessions') return listOf([...this.sessions.values()], query);
    if (what === 'POST refunds') return this.giveBack(form);
    if (what === 'GET refunds') return listOf([...this.refunds.values()], query);
    if (what === 'GET refunds/:id') return found(this.refunds.get(id ?? ''));
    const session = this.sessions.get(id ?? '');
    if (session === undefined) return refused(404, 'resource_missing');
    if (what === 'GET sessions/:id') return found(this.shown(session, query.get('expand[0]')));
    if (session.status !== 'open') return refused(400, 'session_not_open');
    this.lapse(session.id);
    return found(session);
  }

  private create(form: URLSearchParams): Answer {
    const text = (name: string) => form.get(name) ?? '';
    const currency = text('line_items[0][price_data][currency]');
    const amount = Number(text('line_items[0][price_data][unit_amount]'));
    const wrong = text('mode') !== 'payment' || !/^[a-z]{3}$/.test(currency) || !URL.canParse(text('success_url'));
    if (wrong || !(amount > 0) || amount % (ROUNDED.get(currency) ?? 1) !== 0) return refused(400, 'parameter_invalid');
    if (amount > 99_999_999) return refused(400, 'amount_too_large');
    const id = `cs_test_${unique()}`;
    const session = {
      id,
      object: 'checkout.session',
      amount_total: amount,
      currency,
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
      client_reference_id: text('client_reference_id'),
      metadata: { payment: text('metadata[payment]') },
      expires_at: now() + DAY_SECONDS,
      url: `${this.stub.url}/c/pay/${id}`,
    };
    this.sessions.set(id, session);
    return found(session);
  }

  private giveBack(form: URLSearchParams): Answer {
    const amount = Number(form.get('amount'));
    const intent = this.intents.get(form.get('payment_intent') ?? '');
    if (intent === undefined) return refused(404, 'resource_missing');
    const { charge } = intent;
    if (charge.disputed) return refused(400, 'charge_disputed');
    if (amount > charge.amount - charge.amount_refunded) return refused(400, 'charge_already_refunded');
    charge.amount_refunded += amount;
    const metadata = { refund: form.get('metadata[refund]') };
    const refund = {
      id: `re_${unique()}`,
      object: 'refund',
      amount,
      payment_intent: intent.id,
      metadata,
      status: this.refundStatus,
    };
    this.refunds.set(refund.id, refund);
    return found(refund);
  }

  private shown(session: Session, expand: string | null): object {
    const intent = this.intents.get(session.payment_intent ?? '');
    if (expand !== 'payment_intent.latest_charge' || intent === undefined) return session;
    const { charge, ...rest } = intent;
    return { ...session, payment_intent: { ...rest, latest_charge: charge } };
  }

  private session(id: string): Session {
    const session = this.sessions.get(id);
    if (session === undefined) throw new Error(`There is no session ${id}.`);
    return session;
  }

  private intentOf(reference: string): Intent {
    return this.intent(this.session(reference).payment_intent ?? '');
  }

  private intent(id: string): Intent {
    const intent = this.intents.get(id);
    if (intent === undefined) throw new Error(`There is no payment intent ${id}.`);
    return intent;
  }
}

const unique = () => randomBytes(12).toString('hex');
const now = () => Math.floor(Date.now() / 1_000);
const found = (body: object | undefined): Answer => (body ? { status: 200, body } : refused(404, 'resource_missing'));

/** Its words quote what it was asked. */
function refused(status: number, code: string): Answer {
  return { status, body: { error: { type: 'invalid_request_error', code, message: `canary of the vendor: ${code}` } } };
}

function listOf(objects: readonly { readonly payment_intent: string | null }[], query: URLSearchParams): Answer {
  const wanted = query.get('payment_intent');
  const data = objects.filter(({ payment_intent }) => wanted === null || payment_intent === wanted).reverse();
  return found({ object: 'list', data: data.slice(0, Number(query.get('limit') ?? 10)), has_more: false, url: '/v1' });
}
