import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Money } from '../../core/payments/payables.js';
import { SignatureInvalid } from '../../core/webhook-sources/webhook-sources.errors.js';
import type { ProviderEvent } from './payment-provider.js';

const HEX = /^[0-9a-f]{64}$/;
const OF_A_CHARGE = /^(payment|refund)\./;

interface Entity {
  readonly id?: string;
  readonly payment_id?: string;
  readonly amount_paid?: number;
  readonly currency?: string;
}

/** `{ event: 'payment_link.paid', payload: { payment_link: { entity } } }` */
interface RazorpayEvent {
  readonly event: string;
  readonly payload?: Readonly<Record<string, { readonly entity?: Entity } | undefined>>;
}

/**
 * Proves an event by one of the secrets. It holds no time: an old one is recognized by its id. The validator of the library
 * is not used, because it compares text by text, and how long that takes tells how much of a guess is right.
 * @throws {SignatureInvalid}
 */
export function provenEvent(secrets: readonly string[], raw: Buffer, headers: IncomingHttpHeaders): ProviderEvent {
  const given = headers['x-razorpay-signature'];
  if (typeof given !== 'string' || !HEX.test(given)) throw new SignatureInvalid();
  const signature = Buffer.from(given, 'hex');
  const proves = (secret: string) => timingSafeEqual(createHmac('sha256', secret).update(raw).digest(), signature);
  if (!secrets.some(proves)) throw new SignatureInvalid();
  return readEvent(raw, headers['x-razorpay-event-id']);
}

/** @param id which they say is always there; the bytes stand for it if not */
function readEvent(raw: Buffer, id: string | string[] | undefined): ProviderEvent {
  const payload = eventIn(raw);
  return {
    id: typeof id === 'string' && /^[\w-]{1,100}$/.test(id) ? id : createHash('sha256').update(raw).digest('hex'),
    type: payload.event,
    payload,
    ...subjectOf(payload),
  };
}

function subjectOf({
  event,
  payload = {},
}: RazorpayEvent): Pick<ProviderEvent, 'reference' | 'chargeReference' | 'paid'> {
  const link = payload['payment_link']?.entity;
  if (link?.id !== undefined)
    return { reference: link.id, paid: event === 'payment_link.paid' ? paidOf(link) : undefined };
  if (!OF_A_CHARGE.test(event)) return {};
  const charge = payload['dispute']?.entity?.payment_id ?? payload['refund']?.entity?.payment_id;
  return { chargeReference: charge ?? payload['payment']?.entity?.id };
}

function paidOf({ amount_paid, currency }: Entity): Money | undefined {
  return amount_paid === undefined || currency === undefined ? undefined : { amount: amount_paid, currency };
}

function eventIn(raw: Buffer): RazorpayEvent {
  try {
    const event = JSON.parse(raw.toString('utf8')) as RazorpayEvent;
    if (typeof event.event === 'string' && event.event.length > 0) return event;
  } catch {
    // Who holds the secret would not send that: it is as good as unsigned.
  }
  throw new SignatureInvalid();
}
