import { html, type Html } from '../../core/messaging/html.js';
import { inMoney } from '../../core/payments/currency.js';
import { type SandboxCheckout, stateOf } from './sandbox-checkout.entity.js';
import type { Press } from './sandbox-checkouts.js';
import type { SandboxEvent } from './sandbox-event.entity.js';

export interface CheckoutPage {
  readonly checkout: SandboxCheckout;
  /** In minor units */
  readonly refunded: number;
  readonly events: readonly SandboxEvent[];
  readonly formToken: string;
}

const WORDS = { open: 'Waits to be paid', paid: 'Paid', expired: 'Expired: nobody can pay this any more' };

/** What a buyer sees: the amount, what it is for, and what they can do now. */
export function checkoutPage({ checkout, refunded, events, formToken }: CheckoutPage): Html {
  const { amount, currency, description, returnUrl } = checkout;
  return html`<p>Sandbox: no money is moved here.</p>
    <h1>${description}</h1>
    <p class="amount">${inMoney({ amount, currency })}</p>
    <p id="state">${standing(checkout)}</p>
    ${refunded > 0 ? html`<p>${inMoney({ amount: refunded, currency })} of it went back.</p>` : ''}
    ${buttons(checkout).map((press) => button(checkout, press, formToken))}
    <p><a href="${returnUrl}">Back to the shop</a></p>
    ${events.length > 0 ? told(events) : ''}`;
}

/** The page that says that it is too late for what was pressed. */
export const refusalPage = ({ id }: SandboxCheckout): Html =>
  html`<h1>That is not possible any more.</h1>
    <p><a href="/sandbox/checkouts/${id}">How it stands</a></p>`;

function standing(checkout: SandboxCheckout): string {
  if (checkout.disputedAt !== null) return 'Paid, and disputed by the buyer';
  const state = stateOf(checkout);
  return state === 'open' && checkout.failedAt !== null ? 'A payment failed: you can try again' : WORDS[state];
}

function buttons(checkout: SandboxCheckout): Press[] {
  const state = stateOf(checkout);
  if (state === 'open') return ['pay', 'fail'];
  return state === 'paid' && checkout.disputedAt === null ? ['dispute'] : [];
}

function button({ id }: SandboxCheckout, press: Press, formToken: string): Html {
  const label = press.charAt(0).toUpperCase() + press.slice(1);
  return html`<form class="press" method="post" action="/sandbox/checkouts/${id}/${press}">
    <input type="hidden" name="token" value="${formToken}" /><button>${label}</button>
  </form>`;
}

function told(events: readonly SandboxEvent[]): Html {
  const rows = events.map(
    ({ type, deliveredAt }) =>
      html`<tr>
        <td>${type}</td>
        <td>${deliveredAt === null ? 'on its way' : `delivered ${deliveredAt.toISOString()}`}</td>
      </tr>`,
  );
  return html`<h2>Events</h2>
    <table>
      ${rows}
    </table>`;
}
