import type { Stripe } from 'stripe';
import type { CheckoutRequest } from './payment-provider.js';
import { toStripe } from './stripe-amounts.js';

/**
 * What Stripe is asked to show. It is the same whenever it is asked for, or Stripe would refuse to repeat it: so it holds
 * no time, and the page is open for the day that Stripe gives it.
 * @throws {AmountNotPayable}
 */
export function sessionFor(request: CheckoutRequest): Stripe.Checkout.SessionCreateParams {
  const { paymentId, description, returnUrl } = request;
  const { amount, currency } = toStripe(request);
  const price = { currency, unit_amount: amount, product_data: { name: description } };
  return {
    mode: 'payment',
    line_items: [{ quantity: 1, price_data: price }],
    client_reference_id: paymentId,
    metadata: { payment: paymentId },
    payment_intent_data: { metadata: { payment: paymentId } },
    // What was agreed on is charged, in no other currency.
    adaptive_pricing: { enabled: false },
    success_url: returnUrl,
    cancel_url: returnUrl,
  };
}
