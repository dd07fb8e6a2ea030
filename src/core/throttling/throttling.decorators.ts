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

/**
 * No limit at all: for what an orchestrator asks, and for what proves its origin by a signature.
 * @param condition under which that is so, for the list of routes; a handler counts what does not meet it, by
 * `RateLimits.takeOfAddress`
 */
export const Unlimited = (condition?: 'if signed') =>
  applyDecorators(
    extendRouteConfig({ unlimited: true }),
    SkipThrottle({ principal: true }),
    ApiExtension('x-unlimited', condition ?? 'always'),
  );

/**
 * A limit of this route alone, beside the loose one: by address, and by the account that the body names.
 * @param account the field of the body that names an account; its value is counted as a hash
 * @param perAccount how many of an account, from whatever addresses, if not as many as of an address: behind one there
 * may be a whole office
 */
export function StrictLimit({ limit, ttl }: StrictLimit, account?: string, perAccount = limit) {
  const getTracker = ({ body }: Record<string, unknown>) => accountIn(body, account);
  const ofAccount = account !== undefined && { account: { limit: perAccount, ttl, getTracker } };
  return Throttle({ strict: { limit, ttl }, ...ofAccount });
}

/** Guards run before validation: the field may hold anything, in any spelling. */
function accountIn(body: unknown, field = ''): string {
  const named = (body as Record<string, unknown> | null | undefined)?.[field];
  if (typeof named !== 'string') return NOBODY;
  return createHash('sha256').update(named.trim().toLowerCase()).digest('base64url');
}
