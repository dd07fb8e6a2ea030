import type { WebPage } from '../http/web-page.js';
import type { CaughtMail } from './inbox.js';
import { html } from './html.js';

const STYLE = `
body { max-width: 60rem }
iframe { width: 100%; height: 60vh; border: 1px solid #d8dde6 }
pre { white-space: pre-wrap }
`;

/** A list, newest first, which looks for new mails by itself. */
export function listPage(mails: readonly CaughtMail[]): WebPage {
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
  const body = html`<h1>Inbox</h1>
    ${mails.length === 0 ? none : table}`;
  return { title: 'Inbox', body, style: STYLE, refresh: 5 };
}

/** One mail: what a reader of HTML sees, in a frame of its own, and what the others do. */
export function mailPage({ id, subject, to, caughtAt, text }: CaughtMail): WebPage {
  const sandbox = 'allow-popups allow-popups-to-escape-sandbox';
  const body = html`<h1>${subject}</h1>
    <p><a href="/dev/inbox">All mails</a></p>
    <p>To ${to}, ${caughtAt}</p>
    <iframe title="The mail" sandbox="${sandbox}" src="/dev/inbox/${id}/html"></iframe>
    <h2>As text</h2>
    <pre>${text}</pre>`;
  return { title: subject, body, style: STYLE, hasFrames: true };
}

/** The mail itself. Links open in a tab of their own, because the frame shows nothing but the mail. */
export function mailFrame({ html: content }: CaughtMail): string {
  return `<!doctype html><meta charset="utf-8"><base target="_blank">${content}`;
}
