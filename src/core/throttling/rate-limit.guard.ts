import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RouteMetadata } from '../http/route-metadata.js';
import { RateLimits } from './rate-limits.js';

/**
 * Throttler's guard, which reads `@Throttle` and `@SkipThrottle`, over limits of ours: by caller over all routes
 * together, and by route only where a route has a limit of its own.
 */
@Injectable()
abstract class RateLimitGuard extends ThrottlerGuard {
  @Inject() protected readonly limits: RateLimits;
  protected abstract readonly names: readonly string[];

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    protected readonly metadata: RouteMetadata,
  ) {
    super(options, storage, metadata);
  }

  /** Most routes have no limit of their own, and most of what throttler does is to find that out. */
  override canActivate(context: ExecutionContext): Promise<boolean> {
    return this.concerns(context) ? super.canActivate(context) : LET_THROUGH;
  }

  protected abstract concerns(context: ExecutionContext): boolean;

  override async onModuleInit(): Promise<void> {
    await super.onModuleInit();
    this.throttlers = this.throttlers.filter(({ name = '' }) => this.names.includes(name));
  }

  protected override async handleRequest(props: ThrottlerRequest): Promise<boolean> {
    const { context, limit: quota, ttl: windowMs, throttler, getTracker } = props;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const caller = quota === 0 ? NOBODY : await getTracker(request, context);
    if (caller === NOBODY) return true;
    const ofRoute = quota !== throttler.limit || windowMs !== throttler.ttl;
    const key = ofRoute ? `${context.getClass().name}.${context.getHandler().name}:${caller}` : caller;
    const limit = { name: throttler.name ?? 'default', quota, windowMs };
    await this.limits.take(limit, key, request, http.getResponse<FastifyReply>());
    return true;
  }

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    return Promise.resolve(context.getType() !== 'http');
  }
}

/** How throttler keeps what `@Throttle` says, by the name of the limit. */
const LIMIT_OF = 'THROTTLER:LIMIT';
const SKIP = 'THROTTLER:SKIP';
const LET_THROUGH = Promise.resolve(true);

/** What a tracker returns for a request that has no such caller. */
export const NOBODY = '';

/** Before anybody is known, on routes with a limit of their own: by address, and by the account that a body names. */
@Injectable()
export class StrictLimitGuard extends RateLimitGuard {
  protected readonly names = ['strict', 'account'];

  protected concerns(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    return this.names.some((name) => this.metadata.getAllAndOverride(`${LIMIT_OF}${name}`, targets) !== undefined);
  }
}

/** As soon as it is known who asks. */
@Injectable()
export class PrincipalLimitGuard extends RateLimitGuard {
  protected readonly names = ['principal'];

  /** Most routes say nothing of it: their requests are counted without throttler, which would first look for more. */
  override canActivate(context: ExecutionContext): Promise<boolean> {
    return this.concerns(context) && this.isUsual(context) ? this.takeUsual(context) : super.canActivate(context);
  }

  protected concerns(context: ExecutionContext): boolean {
    return context.switchToHttp().getRequest<FastifyRequest>().actor !== undefined;
  }

  private isUsual(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    return [LIMIT_OF, SKIP].every((what) => this.metadata.getAllAndOverride(`${what}principal`, targets) === undefined);
  }

  private async takeUsual(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (request.actor) await this.limits.takeOfPrincipal(request.actor, request, http.getResponse<FastifyReply>());
    return true;
  }
}
