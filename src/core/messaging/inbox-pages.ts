import { application } from '../config/environment.config.js';
import type { CaughtMail } from './inbox.js';
import { html, type Html } from './html.js';

const STYLE = html`<style>
  body {
    font:
      15px/1.5 system-ui,
      sans-serif;
    max-width: 60rem;
    margin: 2rem auto;
    padding: 0 1rem;
    color: #1c2330;
  }
  a {
    color: #1d5fc2;
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  td,
  th {
    text-align: left;
    padding: 0.5rem;
    border-bottom: 1px solid #d8dde6;
  }
  iframe {
    width: 100%;
    height: 60vh;
    border: 1px solid #d8dde6;
  }
  pre {
    white-space: pre-wrap;
  }
</style>`;

/** A list, newest first, which looks for new mails by itself. */
export function listPage(mails: readonly CaughtMail[]): string {
  const rows = mails.map(
    ({ id, subject, to, caughtAt }) =>
      html`<tr>
        <td><a href="/dev/inbox/${id}">${subject || '(no subject)'}</a></td>
        <td>${to}</td>
        <td>${caughtAt}</td>
      </tr>`,
  );
  const none = html`<p>Nothing yet. Mails that this process would send are caught here.</p>`;
  const table = html`<table>
    <tr>
      <th>Subject</th>
      <th>To</th>
      <th>At</th>
    </tr>
    ${rows}
  </table>`;
  return page('Inbox', html`<meta http-equiv="refresh" content="5" />`, mails.length === 0 ? none : table);
}

/** One mail: what a reader of HTML sees, in a frame of its own, and what the others do. */
export function mailPage({ id, subject, to, caughtAt, text }: CaughtMail): string {
  const sandbox = 'allow-popups allow-popups-to-escape-sandbox';
  return page(
    subject,
    html``,
    html`<p><a href="/dev/inbox">All mails</a></p>
      <p>To ${to}, ${caughtAt}</p>
      <iframe title="The mail" sandbox="${sandbox}" src="/dev/inbox/${id}/html"></iframe>
      <h2>As text</h2>
      <pre>${text}</pre>`,
  );
}

/** The mail itself. Links open in a tab of their own, because the frame shows nothing but the mail. */
export function mailFrame({ html: content }: CaughtMail): string {
  return `<!doctype html><meta charset="utf-8"><base target="_blank">${content}`;
}

function page(title: string, head: Html, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} · ${application.name}</title>
        ${head}${STYLE}
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`.toString();
}
