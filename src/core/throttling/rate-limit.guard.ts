import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimited } from './throttling.errors.js';

/**
 * Counts requests of one address over all routes together (throttler's own key is per route), and tells the state
 * in the fields of draft-ietf-httpapi-ratelimit-headers.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  protected override async handleRequest(props: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, throttler, blockDuration } = props;
    const http = context.switchToHttp();
    const key = `${throttler.name}:${await this.getTracker(http.getRequest<FastifyRequest>() as never)}`;
    const name = throttler.name ?? 'default';
    const state = await this.storageService.increment(key, ttl, limit, blockDuration, name);
    const resetsIn = Math.max(1, state.isBlocked ? state.timeToBlockExpire : state.timeToExpire);
    const remaining = Math.max(0, limit - state.totalHits);
    const reply = http.getResponse<FastifyReply>();
    void reply.header('ratelimit-policy', `"${name}";q=${limit};w=${Math.ceil(ttl / 1000)}`);
    void reply.header('ratelimit', `"${name}";r=${remaining};t=${resetsIn}`);
    if (state.isBlocked) throw new RateLimited(resetsIn);
    return true;
  }

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    return Promise.resolve(context.getType() !== 'http');
  }
}
