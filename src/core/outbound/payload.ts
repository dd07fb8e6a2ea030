import type { Body } from './upstream-request.js';

interface Payload {
  readonly body?: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** A body as it is sent, and what its kind is called. */
export function payload(body: Body | undefined): Payload {
  if (body === undefined) return { headers: {} };
  if (typeof body === 'string' || body instanceof Uint8Array) return { body, headers: {} };
  const form = body instanceof URLSearchParams;
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
  return { body: form ? body.toString() : JSON.stringify(body), headers: { 'content-type': type } };
}
