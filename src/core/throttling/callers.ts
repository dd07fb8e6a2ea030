import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { normalizeIp } from '@nestjs/throttler';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** Of a request, where it comes from */
export type Caller = Pick<FastifyRequest, 'ip' | 'socket'>;

const MOST_CHARACTERS = 200;
const IPV4_WITH_PORT = /^(\d+\.\d+\.\d+\.\d+):\d+$/;
const IN_BRACKETS = /^\[([^\]]+)\](?::\d+)?$/;

/**
 * Where a request comes from. Some proxies forward an address with its port, which would make each connection another
 * caller; what is no address at all was made up, and then it is the proxy itself.
 * @returns undefined once the connection is gone
 */
export function ownAddressOf({ ip, socket }: Caller): string | undefined {
  const bare = ip.replace(IPV4_WITH_PORT, '$1').replace(IN_BRACKETS, '$1');
  return isIP(bare) === 0 ? socket.remoteAddress : bare;
}

/**
 * The same of a request that Fastify has not seen.
 * @param trustedProxies how many proxies of our own stand between a client and us
 */
export function rawCallerOf({ headers, socket }: IncomingMessage, trustedProxies: number): Caller {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join().split(/ *, */).reverse();
  const hops = [socket.remoteAddress ?? '', ...forwarded.filter((hop) => hop !== '')];
  return { ip: hops[Math.min(trustedProxies, hops.length - 1)] ?? '', socket };
}

/** Whom a request counts for. */
export function addressOf(request: Caller): string {
  return networkOf(ownAddressOf(request) ?? '');
}

/** An IPv6 network counts as one: whoever has an address of it has all of them. */
export const networkOf = (address: string): string => normalizeIp(address);

/** The key of a counter, as long as the store takes it. */
export function keyOf(limit: string, caller: string): string {
  const key = `${limit}:${caller}`;
  return key.length <= MOST_CHARACTERS ? key : `${limit}:${createHash('sha256').update(caller).digest('base64url')}`;
}
