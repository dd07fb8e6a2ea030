import type { Role } from '../../core/access/actor.js';
import { defineMail } from '../../core/messaging/define-message.js';
import { html } from '../../core/messaging/html.js';
import { type Duration, inWords } from '../../core/time/duration.js';

interface About {
  /** What the one who invites is called */
  readonly inviter: string;
  readonly organization: string;
  readonly role: Role;
  readonly link: string;
  readonly ttl: Duration;
}

export const invited = defineMail('auth.invited', ({ inviter, organization, role, link, ttl }: About) => ({
  subject: `${inviter} invites you to ${organization}`,
  html: html`<p>${inviter} invites you to ${organization}, where you will be: ${role}.</p>
    <p><a href="${link}">Accept the invitation</a> within ${inWords(ttl)}, signed in with this e-mail address.</p>
    <p>If you do not know them, you need not do anything.</p>`,
  validFor: ttl,
}));
