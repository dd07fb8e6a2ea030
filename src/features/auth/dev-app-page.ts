import { application } from '../../core/config/environment.config.js';
import type { WebPage } from '../../core/http/web-page.js';
import { html, type Html } from '../../core/messaging/html.js';
import type { Form } from './dev-app-forms.js';
import { SCRIPT } from './dev-app-script.js';

const STYLE = `
form { border-top: 1px solid #d8dde6; padding: 0.75rem 0 }
h2 { font-size: 1.1rem; margin: 0 0 0.5rem }
output { display: block; margin-top: 0.5rem }
`;

/** A page of forms, with links to the others and to the mails. */
export function devAppPage(forms: readonly Form[]): WebPage {
  const body = html`<h1>${application.name}</h1>
    <p><a href="/dev/app">Account</a> · <a href="/dev/inbox">Inbox</a> · <a href="/docs">API</a></p>
    <p id="who"></p>
    ${forms.map(formOf)}`;
  return { title: 'Account', body, style: STYLE, script: SCRIPT };
}

function formOf({ title, method, path, fields = [], fixed = {}, done, ...marks }: Form): Html {
  const inputs = fields.map(
    (field) => html`<label>${field.name} <input name="${field.name}" type="${field.type}" required /></label>`,
  );
  const hidden = Object.entries(fixed).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  const { organization, withToken, signsOut } = marks;
  return html`<form
    data-method="${method}"
    data-path="${path}"
    data-done="${done}"
    data-organization="${organization ? 'true' : ''}"
    data-with-token="${withToken ? 'true' : ''}"
    data-signs-out="${signsOut ? 'true' : ''}"
  >
    <h2>${title}</h2>
    ${inputs}${hidden}<button>${title}</button><output></output>
  </form>`;
}
