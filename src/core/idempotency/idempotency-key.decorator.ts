import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { idempotencyKeyInvalid, IdempotencyKeyRequired } from './idempotency.errors.js';

const MAX_LENGTH = 255;
const BARE = /^[\x20\x21\x23-\x7e]+$/;
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/;

/**
 * The key of the header `Idempotency-Key`, which the route requires and documents; pass it to `Idempotency.once`.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export const IdempotencyKey = createParamDecorator(
  (_: unknown, context: ExecutionContext): string =>
    parseKey(context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key']),
  [documentHeader],
);

/** @throws {IdempotencyKeyRequired | ValidationFailed} */
export function parseKey(header: string | string[] | undefined): string {
  if (header === undefined || header === '') throw new IdempotencyKeyRequired();
  const key = typeof header === 'string' ? unquote(header) : undefined;
  if (key === undefined || key.length > MAX_LENGTH) throw idempotencyKeyInvalid();
  return key;
}

function unquote(header: string): string | undefined {
  if (BARE.test(header)) return header;
  return QUOTED.exec(header)?.[1]?.replace(/\\(["\\])/g, '$1');
}

/** A header of this name is also how `describeApi` knows which errors to add. */
function documentHeader(controller: object, method: string | symbol | undefined): void {
  const descriptor = method === undefined ? undefined : Object.getOwnPropertyDescriptor(controller, method);
  if (method === undefined || descriptor === undefined) throw new Error('@IdempotencyKey() is for methods.');
  ApiHeader({
    name: 'Idempotency-Key',
    required: true,
    description: 'Names this request: sent again within 24 hours, it gets the same answer and does nothing',
    // Each character may be escaped, and quotes stand around them.
    schema: { type: 'string', minLength: 1, maxLength: 2 * MAX_LENGTH + 2 },
  })(controller, method, descriptor);
}
