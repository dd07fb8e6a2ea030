import { isEmail } from 'class-validator';
import { ValidationFailed } from '../errors/core.errors.js';

// What separates addresses, or ends a header, is in none; the quoted local parts that would allow it are not in use.
const SEPARATORS = /[\s\p{Cc}"<>()[\]\\,;:]/u;
const PHONE = /^\+[1-9]\d{6,14}$/;

/** @throws {ValidationFailed} unless it is exactly one address of mail */
export function oneAddress(text: string): string {
  if (isOneAddress(text)) return text;
  throw new ValidationFailed([
    { pointer: '#', code: 'isEmail', detail: 'an address is none that mail can be sent to' },
  ]);
}

export const isOneAddress = (text: string): boolean => isEmail(text) && !SEPARATORS.test(text);

/** @throws {ValidationFailed} unless it is a phone number as E.164 writes it: `+4915112345678` */
export function onePhoneNumber(text: string): string {
  if (PHONE.test(text)) return text;
  throw new ValidationFailed([
    { pointer: '#', code: 'isPhoneNumber', detail: 'a phone number is not like +4915112345678' },
  ]);
}

/** What gets into a header is one line, and not a long one: whoever may break it may add headers of their own. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
    .toWellFormed();
}
