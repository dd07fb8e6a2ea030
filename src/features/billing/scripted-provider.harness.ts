import type { IncomingHttpHeaders } from 'node:http';
import { SignatureInvalid } from '../../core/webhook-sources/webhook-sources.errors.js';
import type * as port from './payment-provider.js';
import { RefundRefused } from './payment-provider.errors.js';

export const SIGNATURE = 'x-scripted-signature';

/** How a provider is told to behave: it waits, fails, or refuses before or after it did what it was asked. */
interface Script {
  createCheckout?: () => Promise<void> | void;
  created?: () => Promise<void> | void;
  fetch?: () => Promise<void> | void;
  refund?: () => Promise<void> | void;
  refunded?: () => Promise<void> | void;
}

type Asked = 'createCheckout' | 'fetch' | 'expire' | 'refund' | 'fetchRefund';
type Stored = { -readonly [K in keyof port.ProviderPayment]: port.ProviderPayment[K] };

/** What a provider knows, and how often it was asked for what. It does for one key one thing, however often. */
export class Bank {
  readonly checkouts = new Map<string, port.Checkout>();
  readonly payments = new Map<string, Stored>();
  readonly refunds = new Map<string, port.ProviderRefund & port.ProviderRefundRequest>();
  readonly asked: Record<string, number> = {};
  readonly requests: port.CheckoutRequest[] = [];
  script: Script = {};
  /** What becomes of refunds */
  refundState: port.ProviderRefund['state'] = 'succeeded';
  refusesRefunds = false;
  ttlMs = 3_600_000;

  async createCheckout(request: port.CheckoutRequest): Promise<port.Checkout> {
    this.count('createCheckout');
    this.requests.push(request);
    await this.script.createCheckout?.();
    const checkout = this.checkouts.get(request.paymentId) ?? this.begin(request);
    await this.script.created?.();
    return checkout;
  }

  async fetch(reference: string): Promise<port.ProviderPayment> {
    this.count('fetch');
    const stands = { ...this.of(reference) };
    await this.script.fetch?.();
    return stands;
  }

  expire(reference: string): Promise<void> {
    this.count('expire');
    const payment = this.of(reference);
    if (payment.state === 'open') payment.state = 'expired';
    return Promise.resolve();
  }

  async refund(request: port.ProviderRefundRequest): Promise<port.ProviderRefund> {
    this.count('refund');
    await this.script.refund?.();
    if (this.refusesRefunds) throw new RefundRefused('It is disputed.');
    const known = this.refunds.get(request.refundId);
    if (known !== undefined) return known;
    const made = { ...request, reference: `re_${request.refundId}`, state: this.refundState };
    this.refunds.set(request.refundId, made);
    this.byCharge(request.chargeReference).refunded += request.amount;
    await this.script.refunded?.();
    return made;
  }

  fetchRefund(reference: string): Promise<port.ProviderRefund> {
    this.count('fetchRefund');
    const found = [...this.refunds.values()].find((refund) => refund.reference === reference);
    return found ? Promise.resolve({ ...found, state: this.refundState }) : Promise.reject(new Error('no such refund'));
  }

  /** A buyer pays at the page, of whatever is said here something else than what was asked for. */
  pay(paymentId: string, other: Partial<Stored> = {}): void {
    const payment = this.of(`cs_${paymentId}`);
    Object.assign(payment, { state: 'paid', chargeReference: `ch_${paymentId}`, ...other });
  }

  of(reference: string): Stored {
    const payment = this.payments.get(reference);
    if (payment === undefined) throw new Error(`The bank does not know ${reference}.`);
    return payment;
  }

  private begin({ paymentId, amount, currency }: port.CheckoutRequest): port.Checkout {
    const reference = `cs_${paymentId}`;
    const expiresAt = new Date(Date.now() + this.ttlMs);
    const checkout = { reference, url: `https://pay.example.org/${reference}`, expiresAt };
    this.checkouts.set(paymentId, checkout);
    this.payments.set(reference, { reference, amount, currency, state: 'open', refunded: 0, disputed: false });
    return checkout;
  }

  private byCharge(chargeReference: string): Stored {
    const found = [...this.payments.values()].find((one) => one.chargeReference === chargeReference);
    if (found === undefined) throw new Error(`The bank does not know ${chargeReference}.`);
    return found;
  }

  private count(what: string): void {
    this.asked[what] = (this.asked[what] ?? 0) + 1;
  }
}

/** An adapter of that bank. Its events are `{ id, reference, paid }`, signed by a header that says `good`. */
export class ScriptedProvider implements port.PaymentProvider {
  constructor(
    readonly bank: Pick<Bank, Asked> = new Bank(),
    readonly name = 'scripted',
    readonly enabled = true,
  ) {}

  createCheckout = (request: port.CheckoutRequest) => this.bank.createCheckout(request);
  fetch = (reference: string) => this.bank.fetch(reference);
  expire = (reference: string) => this.bank.expire(reference);
  refund = (request: port.ProviderRefundRequest) => this.bank.refund(request);
  fetchRefund = (reference: string) => this.bank.fetchRefund(reference);
  locate = (chargeReference: string) => Promise.resolve(chargeReference.replace('ch_', 'cs_'));

  verify(raw: Buffer, headers: IncomingHttpHeaders): port.ProviderEvent {
    if (headers[SIGNATURE] !== 'good') throw new SignatureInvalid();
    const payload = JSON.parse(raw.toString()) as Pick<port.ProviderEvent, 'id' | 'reference' | 'paid'>;
    return { ...payload, type: 'payment.changed', payload };
  }
}
