const KEYS = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'apiKey',
  'password',
  'currentPassword',
  'newPassword',
  'passwordHash',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'otp',
  'cardNumber',
  'cvc',
  'email',
];
const QUOTED = ['set-cookie', 'x-api-key'];
const at = (key: string) => (QUOTED.includes(key) ? `["${key}"]` : key);

/** Where pino removes values: these keys, down to the third level. */
export const redactedPaths = KEYS.flatMap((key) => {
  const nested = QUOTED.includes(key) ? [`*${at(key)}`, `*.*${at(key)}`] : [`*.${key}`, `*.*.${key}`];
  return [at(key), ...nested];
});

// In JSON a line break before it is a letter after a backslash: what is left must still be JSON.
const ESCAPE = String.raw`\\(?:[bfnrt]|u[0-9a-f]{4})`;
const EMAIL = new RegExp(String.raw`(${ESCAPE})?[\w.+-]+@[\w-]+(?:\.[\w-]+)+`, 'g');
const JWT = new RegExp(String.raw`(${ESCAPE}|\b)eyJ[\w-]+\.[\w-]+\.[\w-]+`, 'g');

/** The last look at a line: what personal text slipped into a message goes out masked. */
export function scrub(line: string): string {
  return line.includes('@') || line.includes('eyJ')
    ? line.replace(EMAIL, '$1[redacted]').replace(JWT, '$1[redacted]')
    : line;
}
