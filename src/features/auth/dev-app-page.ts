import { createHash } from 'node:crypto';
import { application } from '../../core/config/environment.config.js';
import { html, type Html } from '../../core/messaging/html.js';
import type { Form } from './dev-app-forms.js';
import { SCRIPT } from './dev-app-script.js';

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; color: #1c2330 }
a { color: #1d5fc2 }
form { border-top: 1px solid #d8dde6; padding: 0.75rem 0 }
h2 { font-size: 1.1rem; margin: 0 0 0.5rem }
label { display: block; margin-bottom: 0.5rem }
input { display: block; width: 100%; box-sizing: border-box; padding: 0.4rem }
output { display: block; margin-top: 0.5rem }
`;

/** Nothing but its own script and style, and the API. */
export const POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A page of forms, with links to the others and to the mails. */
export function devAppPage(forms: readonly Form[]): string {
  const body = html`<h1>${application.name}</h1>
    <p><a href="/dev/app">Account</a> · <a href="/dev/inbox">Inbox</a> · <a href="/docs">API</a></p>
    <p id="who"></p>
    ${forms.map(formOf)}`.toString();
  // Not in the template: what a policy knows by its hash must come as it is.
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${application.name}</title><style>${STYLE}</style></head><body>${body}<script>${SCRIPT}</script></body></html>`;
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

function hashOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
