import type { Letter } from './define-message.js';
import { oneAddress, oneLine } from './addresses.js';
import { plainText } from './plain-text.js';

/** One mail to one address, as it is sent, each time that sending is tried. */
export interface OutgoingMail {
  /** Also its Message-ID, so that a server that gets it twice can tell */
  readonly id: string;
  readonly to: string;
  readonly template: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** @throws {ValidationFailed} if `to` is not exactly one address */
export function compose(id: string, to: string, template: string, letter: Letter): OutgoingMail {
  const html = letter.html.toString();
  const text = letter.text ?? plainText(html);
  return { id, to: oneAddress(to), template, subject: oneLine(letter.subject), html, text };
}
