import { createHash } from 'node:crypto';

/** @returns SHA-256 of what JSON says of the value, in whatever order its properties stand */
export function fingerprint(value: unknown): Buffer {
  return createHash('sha256').update(JSON.stringify(value, sortProperties)).digest();
}

function sortProperties(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
