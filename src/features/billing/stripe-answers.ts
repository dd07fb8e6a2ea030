import type { Stripe } from 'stripe';
import { UpstreamFailed } from '../../core/outbound/outbound.errors.js';
import type { Checkout, ProviderPayment } from './payment-provider.js';
import { fromStripe } from './stripe-amounts.js';

/** @throws {UpstreamFailed} if there is no page */
export function checkoutOf({ id, url, expires_at }: Stripe.Checkout.Session): Checkout {
  if (url === null) throw new UpstreamFailed(new Error('The session has no page.'));
  return { reference: id, url, expiresAt: new Date(expires_at * 1_000) };
}

/** @param session with `payment_intent.latest_charge` */
export function paymentOf(session: Stripe.Checkout.Session): ProviderPayment {
  const { id, amount_total, currency } = session;
  if (amount_total === null || currency === null) throw new UpstreamFailed(new Error('The session has no amount.'));
  const intent = expanded(session.payment_intent);
  const charge = expanded(intent?.latest_charge ?? null);
  return {
    reference: id,
    state: stateOf(session, intent),
    ...fromStripe(amount_total, currency),
    chargeReference: session.payment_status === 'paid' ? intent?.id : undefined,
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
