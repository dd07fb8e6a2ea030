import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Limit } from './rate-limits.js';

interface Standing {
  readonly limit: Limit;
  readonly remaining: number;
  /** Whole seconds */
  readonly resetsIn: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the caller stands with each limit that was looked at so far. */
    standings?: Standing[];
  }
}

/** Tells the limits in the fields of draft-ietf-httpapi-ratelimit-headers, the one with the least left in front. */
export function announce(request: FastifyRequest, reply: FastifyReply, standing: Standing): void {
  const standings = request.standings ?? [];
  const place = standings.findIndex(({ remaining }) => remaining > standing.remaining);
  standings.splice(place < 0 ? standings.length : place, 0, standing);
  request.standings = standings;
  void reply.header('ratelimit-policy', standings.map(policyOf).join(', '));
  void reply.header('ratelimit', standings.map(stateOf).join(', '));
}

const policyOf = ({ limit }: Standing) => `"${limit.name}";q=${limit.quota};w=${Math.ceil(limit.windowMs / 1_000)}`;
const stateOf = ({ limit, remaining, resetsIn }: Standing) => `"${limit.name}";r=${remaining};t=${resetsIn}`;
