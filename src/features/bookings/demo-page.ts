import { html } from '../../core/messaging/html.js';
import { DEMO_SCRIPT } from './demo-script.js';
import { DEMO_STYLE } from './demo-style.js';

/** The seats of an event while they sell. It knows nothing but the API and its sockets, as any client does. */
export const DEMO_PAGE = {
  title: 'Seats',
  script: DEMO_SCRIPT,
  style: DEMO_STYLE,
  body: html`<header>
      <h1 id="title">Seats</h1>
      <p id="about"></p>
      <p class="links">
        <span id="live"></span>
        <a href="" target="_blank" rel="noopener">Open a second window</a>
        <a href="/dev/inbox">Inbox</a>
        <a href="/docs">API</a>
      </p>
      <nav id="others" class="links" aria-label="Other events"></nav>
    </header>
    <form id="sign-in" hidden>
      <label>email <input name="email" type="email" autocomplete="username" required /></label>
      <label>password <input name="password" type="password" autocomplete="current-password" required /></label>
      <button>Sign in</button>
    </form>
    <form id="use-token" hidden>
      <label
        >access token, of whoever makes them here <input name="token" type="password" autocomplete="off" required
      /></label>
      <button>Use it</button>
    </form>
    <main id="sale" hidden>
      <p class="stage">Stage</p>
      <div id="map"></div>
      <ul class="legend" aria-hidden="true">
        <li><span class="seat" data-status="free"></span> free</li>
        <li><span class="seat" data-status="mine"></span> held by you</li>
        <li><span class="seat" data-status="held"></span> held by somebody else</li>
        <li><span class="seat" data-status="sold"></span> sold</li>
        <li><span class="seat" data-status="bought"></span> booked by you</li>
      </ul>
    </main>
    <section id="mine" aria-label="Your seats">
      <p id="fault" role="alert"></p>
      <p id="said" role="status"></p>
      <ul id="items"></ul>
    </section>`,
};
