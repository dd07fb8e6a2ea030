import type { Duration } from '../time/duration.js';
import type { Html } from './html.js';

/** What a mail says, whoever gets it. */
export interface Letter {
  readonly subject: string;
  readonly html: Html;
  /** For those who read no HTML; left out, it is made from that */
  readonly text?: string;
  /** How long it is of use, such as a link that expires; later it is not sent any more. Three days, if left out */
  readonly validFor?: Duration;
}

/** What a text message says. */
export interface ShortText {
  /** At most 1,600 characters */
  readonly text: string;
  /** As of a letter. One hour, if left out */
  readonly validFor?: Duration;
}

/** A kind of message, and what has to be known to write one. */
export interface Template<T extends object, Written> {
  readonly name: string;
  readonly write: (about: T) => Written;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$/;

const names = new Set<string>();

/**
 * Declares a mail. What it says of durations and limits comes in as the value that also sets them:
 *
 *     export const invited = defineMail('accounts.invited', (to: { link: string; ttl: Duration }) => ({
 *       subject: 'You are invited',
 *       html: html`<p><a href="${to.link}">Accept</a> within ${inWords(to.ttl)}.</p>`,
 *       validFor: to.ttl,
 *     }));
 *
 * @param name of its room and of what it says; it labels a metric
 */
export const defineMail = <T extends object>(name: string, write: (about: T) => Letter): Template<T, Letter> =>
  define(name, write);

/** Declares a text message in the same way. */
export const defineSms = <T extends object>(name: string, write: (about: T) => ShortText): Template<T, ShortText> =>
  define(name, write);

function define<T extends object, Written>(name: string, write: (about: T) => Written): Template<T, Written> {
  if (!NAME.test(name)) throw new Error(`Message ${name} is not named as room.what-it-says.`);
  if (names.has(name)) throw new Error(`Message ${name} is declared twice.`);
  names.add(name);
  return { name, write };
}
