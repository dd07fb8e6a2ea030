import { html } from '../../core/messaging/html.js';
import { TICKET_SCRIPT } from './dev-ticket-script.js';

/** A ticket, as an application would show it. It knows nothing but the API, as any client does. */
export const TICKET_PAGE = {
  title: 'Ticket',
  script: TICKET_SCRIPT,
  style: '#code svg { display: block; width: 100%; max-width: 20rem }',
  body: html`<h1>Ticket</h1>
    <p><a href="/dev/app">Account</a> · <a href="/dev/inbox">Inbox</a> · <a href="/docs">API</a></p>
    <p id="fault" role="alert"></p>
    <form id="sign-in" hidden>
      <p>Sign in as who has booked.</p>
      <label>email <input name="email" type="email" required /></label>
      <label>password <input name="password" type="password" required /></label>
      <button>Sign in</button>
    </form>
    <main id="ticket" hidden>
      <h2 id="title"></h2>
      <p id="place"></p>
      <p id="seats"></p>
      <div id="code"></div>
    </main>`,
};
