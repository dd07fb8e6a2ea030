import { defineMail } from '../../core/messaging/define-message.js';
import { html } from '../../core/messaging/html.js';
import { type Duration, inWords } from '../../core/time/duration.js';

// No text of anybody's stands in them: whoever registers with the address of somebody else could say what they like.
interface Link {
  readonly link: string;
  readonly ttl: Duration;
}

export const verificationMail = defineMail('auth.verify-email', ({ link, ttl }: Link) => ({
  subject: 'Verify your e-mail address',
  html: html`<p>An account uses this e-mail address.</p>
    <p><a href="${link}">Verify that it is yours</a></p>
    <p>The link works once, for ${inWords(ttl)}. If the account is not yours, do nothing.</p>`,
  validFor: ttl,
}));

export const resetMail = defineMail('auth.reset-password', ({ link, ttl }: Link) => ({
  subject: 'Set a new password',
  html: html`<p>Somebody, you we hope, has forgotten the password of your account.</p>
    <p><a href="${link}">Set a new password</a></p>
    <p>The link works once, for ${inWords(ttl)}. If it was not you, do nothing: your password stays as it is.</p>`,
  validFor: ttl,
}));

export const passwordChangedMail = defineMail('auth.password-changed', () => ({
  subject: 'Your password was changed',
  html: html`<p>The password of your account was changed, and you were signed out elsewhere.</p>
    <p>If it was not you, set a new one at once: ask for it as if you had forgotten your password.</p>`,
}));

export const emailChangedMail = defineMail('auth.email-changed', () => ({
  subject: 'Your e-mail address was changed',
  html: html`<p>Your account uses another e-mail address from now on, and this one no more.</p>
    <p>If it was not you, tell us at once: whoever did it knows your password.</p>`,
}));
