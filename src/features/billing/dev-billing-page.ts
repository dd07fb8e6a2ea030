import { html } from '../../core/messaging/html.js';
import { BILLING_SCRIPT } from './dev-billing-script.js';
import { BILLING_STYLE } from './page-style.js';

/** Balance, packs and ledger of whoever is signed in. It knows nothing but the API, as any client does. */
export const BILLING_PAGE = {
  title: 'Billing',
  script: BILLING_SCRIPT,
  style: BILLING_STYLE,
  body: html`<h1>Billing</h1>
    <p><a href="/dev/inbox">Inbox, with the receipts</a> · <a href="/docs">API</a></p>
    <p id="who"></p>
    <p id="fault" role="alert"></p>
    <form id="sign-in" hidden>
      <label>email <input name="email" type="email" required /></label>
      <label>password <input name="password" type="password" required /></label>
      <button>Sign in</button>
    </form>
    <form id="use-token" hidden>
      <label>access token, of whoever makes them here <input name="token" type="password" required /></label>
      <button>Use it</button>
    </form>
    <main id="account" hidden>
      <p class="amount"><output id="balance"></output> credits</p>
      <table id="packs"></table>
      <h2>Ledger</h2>
      <table id="entries"></table>
    </main>`,
};
