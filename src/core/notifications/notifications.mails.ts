import { defineMail } from '../messaging/define-message.js';
import { html } from '../messaging/html.js';

/** A notification that has no mail of its own. */
export const notified = defineMail('notifications.notified', ({ title, text }: { title: string; text: string }) => ({
  subject: title,
  html: html`<p>${text}</p>
    <p>You can choose in your preferences what you are told by mail.</p>`,
}));
