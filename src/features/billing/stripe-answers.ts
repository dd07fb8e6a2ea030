import type { Stripe } from 'stripe';
import { UpstreamFailed } from '../../core/outbound/outbound.errors.js';
import type { Checkout, ProviderPayment } from './payment-provider.js';
import { fromStripe } from './stripe-amounts.js';

// The library says what types these fields have, and looks at none of them.

/** @throws {UpstreamFailed} if there is no page */
export function checkoutOf({ id, url, expires_at }: Stripe.Checkout.Session): Checkout {
  if (typeof url !== 'string' || !Number.isSafeInteger(expires_at)) throw lacks('page');
  return { reference: id, url, expiresAt: new Date(expires_at * 1_000) };
}

/** @param session with `payment_intent.latest_charge`. @throws {UpstreamFailed} if something of it is not there */
export function paymentOf(session: Stripe.Checkout.Session): ProviderPayment {
  const { id, amount_total, currency } = session;
  if (!Number.isSafeInteger(amount_total) || typeof currency !== 'string') throw lacks('amount');
  const intent = expanded(session.payment_intent);
  const charge = expanded(intent?.latest_charge ?? null);
  const state = stateOf(session, intent);
  if (state === 'paid' && charge === undefined) throw lacks('charge');
  return {
    reference: id,
    state,
    ...fromStripe(amount_total ?? 0, currency),
    chargeReference: state === 'paid' ? intent?.id : undefined,
    refunded: fromStripe(charge?.amount_refunded ?? 0, currency).amount,
    disputed: charge?.disputed ?? false,
  };
}

/** Bank debits are under way for days after the page was completed, and may fail then. */
function stateOf(session: Stripe.Checkout.Session, intent: Stripe.PaymentIntent | undefined): ProviderPayment['state'] {
  if (session.payment_status === 'paid') return 'paid';
  if (session.status === 'expired') return 'expired';
  const givenUp = intent?.status === 'canceled' || intent?.status === 'requires_payment_method';
  return session.status === 'complete' && givenUp ? 'expired' : 'open';
}

function expanded<T extends object>(value: string | T | null): T | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}

function lacks(what: string): UpstreamFailed {
  return new UpstreamFailed(new Error(`The session of Stripe has no ${what}.`));
}
