import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const API_KEY_HEADER = 'x-api-key';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_CHARACTERS = 8;
/** 190 random bits: a slow hash would add nothing. */
const SECRET_CHARACTERS = 32;
const CHECKSUM_CHARACTERS = 6;

const SHAPE = /^([a-z]{2,8}_[a-z]{2,8}_[0-9A-Za-z]{8})_[0-9A-Za-z]{38}$/;

/** @returns `<prefix>_<id>_<secret><checksum>`, which nobody else knows */
export function newApiKey(prefix: string, id = randomText(ID_CHARACTERS)): string {
  const body = `${prefix}_${id}_${randomText(SECRET_CHARACTERS)}`;
  return body + checksumOf(body);
}

/** Whether somebody made it so: a typo shows without asking the database. */
export function isApiKey(text: string): boolean {
  return SHAPE.test(text) && text.endsWith(checksumOf(text.slice(0, -CHECKSUM_CHARACTERS)));
}

/** What of a key may be shown: `app_live_4fZ1b7Qs` */
export function prefixOf(key: string): string {
  return SHAPE.exec(key)?.[1] ?? '';
}

/** Each character as likely as any other: `randomInt` throws away what would not come out even. */
function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

function checksumOf(body: string): string {
  const digits: string[] = [];
  for (let rest = crc32(body); digits.length < CHECKSUM_CHARACTERS; rest = Math.floor(rest / ALPHABET.length)) {
    digits.unshift(ALPHABET[rest % ALPHABET.length] ?? '');
  }
  return digits.join('');
}
