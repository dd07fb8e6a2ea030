import type { IncomingHttpHeaders } from 'node:http';
import type { Stripe } from 'stripe';
import { SignatureInvalid } from '../../core/webhook-sources/webhook-sources.errors.js';
import type { ProviderEvent } from './payment-provider.js';
import { fromStripe } from './stripe-amounts.js';

const TOLERANCE_SECONDS = 300;
const OF_A_CHARGE = /^(payment_intent|charge|refund)\./;

/** Whatever the types of interest have in common. */
interface Named {
  readonly id: string;
  readonly payment_intent?: string | { readonly id: string } | null;
}

/** Proves an event by one of the secrets. @throws {SignatureInvalid} */
export function provenEvent(
  { webhooks }: Pick<Stripe, 'webhooks'>,
  secrets: readonly string[],
  raw: Buffer,
  headers: IncomingHttpHeaders,
): Stripe.Event {
  const signature = headers['stripe-signature'];
  if (typeof signature !== 'string') throw new SignatureInvalid();
  for (const secret of secrets) {
    try {
      return webhooks.constructEvent(raw, signature, secret, TOLERANCE_SECONDS);
    } catch {
      // The library's error holds the whole event, which is no business of the log.
    }
  }
  throw new SignatureInvalid();
}

/**
 * Which checkout or charge it is about, and what it says was paid.
 * @throws {SignatureInvalid} if it is no event: who holds the secret would not send that
 */
export function readEvent(event: Partial<Stripe.Event> | null): ProviderEvent {
  const { id, type, data } = event ?? {};
  const object = data?.object as Partial<Named> | undefined;
  if (typeof id !== 'string' || typeof type !== 'string' || typeof object !== 'object' || object === null)
    throw new SignatureInvalid();
  return { id, type, payload: event as Stripe.Event, ...subjectOf(event as Stripe.Event, object as Named) };
}

function subjectOf(event: Stripe.Event, object: Named): Pick<ProviderEvent, 'reference' | 'chargeReference' | 'paid'> {
  if (event.type.startsWith('checkout.session.')) {
    return { reference: object.id, paid: paidOf(event.data.object as Stripe.Checkout.Session) };
  }
  if (!OF_A_CHARGE.test(event.type)) return {};
  const intent = event.type.startsWith('payment_intent.') ? object.id : object.payment_intent;
  return { chargeReference: (typeof intent === 'object' ? intent?.id : intent) ?? undefined };
}

function paidOf({ payment_status, amount_total, currency }: Stripe.Checkout.Session): ProviderEvent['paid'] {
  if (payment_status !== 'paid' || amount_total === null || currency === null) return undefined;
  return fromStripe(amount_total, currency);
}
