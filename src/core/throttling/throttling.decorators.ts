import { createHash } from 'node:crypto';
import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import { extendRouteConfig } from '../http/route-config.js';
import { NOBODY } from './rate-limit.guard.js';

interface StrictLimit {
  readonly limit: number;
  /** Milliseconds */
  readonly ttl: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The loose limit by address does not count this route */
    unlimited?: boolean;
  }
}

/** No limit at all: for what an orchestrator asks, and for what proves its origin by a signature. */
export const Unlimited = () =>
  applyDecorators(
    extendRouteConfig({ unlimited: true }),
    SkipThrottle({ principal: true }),
    ApiExtension('x-unlimited', true),
  );

/**
 * A limit of this route alone, beside the loose one: by address, and by the account that the body names.
 * @param account the field of the body that names an account; its value is counted as a hash
 */
export function StrictLimit(limit: StrictLimit, account?: string) {
  const getTracker = ({ body }: Record<string, unknown>) => accountIn(body, account);
  return Throttle({ strict: limit, ...(account !== undefined && { account: { ...limit, getTracker } }) });
}

/** Guards run before validation: the field may hold anything, in any spelling. */
function accountIn(body: unknown, field = ''): string {
  const named = (body as Record<string, unknown> | null | undefined)?.[field];
  if (typeof named !== 'string') return NOBODY;
  return createHash('sha256').update(named.trim().toLowerCase()).digest('base64url');
}
