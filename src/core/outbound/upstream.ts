import { FeatureDisabled } from '../errors/core.errors.js';
import { address } from './address.js';
import type { Caller } from './caller.js';
import type { Message } from './exchange.js';
import { judge } from './judge.js';
import { UpstreamFailed, UpstreamTimeout, UpstreamUnavailable } from './outbound.errors.js';
import { payload } from './payload.js';
import { UpstreamAnswer } from './upstream-answer.js';
import type { Manners } from './upstream-options.js';
import { isRepeatable, type UpstreamRequest } from './upstream-request.js';

/** For `@Throws(...UPSTREAM_ERRORS)`: what a route answers when the upstream that it asks fails. */
export const UPSTREAM_ERRORS = [UpstreamFailed, UpstreamUnavailable, UpstreamTimeout] as const;

export interface UpstreamOptions extends Partial<Manners> {
  /** From configuration, with or without a path, which that of each request continues. It may hold a secret. */
  readonly url: string | undefined;
  /** What its flag says. Of what is switched off no client is made; its requests throw FeatureDisabled. */
  readonly enabled?: boolean;
  /** Sent with each request, such as its credentials */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Another service, at an address that the configuration knows. */
export class Upstream {
  private readonly origin: string = '';
  private readonly base: string = '';

  constructor(
    readonly name: string,
    private readonly options: UpstreamOptions,
    private readonly caller: Caller,
  ) {
    if (!this.enabled) return;
    const url = URL.parse(options.url ?? '');
    if (url === null || url.search !== '') throw new Error(`The upstream "${name}" has no address.`);
    this.origin = url.origin;
    this.base = url.pathname.replace(/\/$/, '');
  }

  get enabled(): boolean {
    return this.options.enabled ?? true;
  }

  /**
   * Asks, up to three times if that can do no harm, and resolves with what a caller has to look at: a success, or a
   * refusal (3xx, 4xx). It ends with the request that it is part of.
   * @throws {UpstreamFailed | UpstreamUnavailable | UpstreamTimeout} what the upstream did wrong
   * @throws {ValidationFailed} what somebody wants to send with path or query cannot be sent
   */
  async request<const P extends string>(request: UpstreamRequest<P>): Promise<UpstreamAnswer> {
    if (!this.enabled) throw new FeatureDisabled(this.name);
    const message = this.write(request);
    try {
      return await this.caller.ask(message, { repeatable: isRepeatable(request), signal: request.signal, judge });
    } catch (thrown) {
      if (request.fallback === undefined || !UPSTREAM_ERRORS.some((known) => thrown instanceof known)) throw thrown;
      return new UpstreamAnswer(200, {}, Buffer.from(JSON.stringify(request.fallback())));
    }
  }

  private write<P extends string>(request: UpstreamRequest<P>): Message {
    const { body, headers } = payload(request.body);
    return {
      origin: this.origin,
      method: request.method,
      path: `${this.base}${address(request)}` || '/',
      headers: { ...headers, ...this.options.headers, ...request.headers },
      body,
    };
  }
}
