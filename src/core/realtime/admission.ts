import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { minutes } from '@nestjs/throttler';
import { httpConfig, type HttpConfig } from '../http/http.config.js';
import { holdsCredentials } from '../http/credentials-in-url.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Metrics } from '../metrics/metrics.js';
import { RateLimits } from '../throttling/rate-limits.js';
import { realtimeConfig, type RealtimeConfig } from './realtime.config.js';
import { SocketContexts } from './socket-contexts.js';

const HANDSHAKES = { name: 'handshake', quota: 300, windowMs: minutes(1) };

/** Lets connections in, before anything of them is kept. */
@Injectable()
export class Admission {
  private readonly held = new Map<string, number>();
  private readonly refusals;

  constructor(
    @Inject(httpConfig.KEY) private readonly http: HttpConfig,
    @Inject(realtimeConfig.KEY) private readonly config: RealtimeConfig,
    private readonly contexts: SocketContexts,
    private readonly limits: RateLimits,
    private readonly shutdown: Shutdown,
    metrics: Metrics,
  ) {
    this.refusals = metrics.counter('socket_connections_refused_total', 'Handshakes refused, by the reason', ['code']);
    metrics.gauge('socket_connections', 'Socket connections that are open', () =>
      [...this.held.values()].reduce((sum, count) => sum + count, 0),
    );
  }

  /** @returns the code of the reason why this handshake is refused, if it is */
  async refusalOf(request: IncomingMessage): Promise<string | undefined> {
    const code = this.faultOf(request) ?? (await this.excessOf(request));
    if (code !== undefined) this.refusals.inc({ code });
    return code;
  }

  /** @throws {RateLimited} from whoever enters too often: one connection can enter again and again */
  async countEntry(network: string): Promise<void> {
    await this.limits.demand(HANDSHAKES, network);
  }

  /** Counts a connection that was made. @returns how to give its place back; undefined if there is none left */
  hold(network: string): (() => void) | undefined {
    const held = this.held.get(network) ?? 0;
    if (held >= this.config.perAddress) return undefined;
    this.held.set(network, held + 1);
    return () => {
      const left = (this.held.get(network) ?? 1) - 1;
      if (left > 0) this.held.set(network, left);
      else this.held.delete(network);
    };
  }

  private faultOf({ url = '', headers: { origin } }: IncomingMessage): string | undefined {
    if (this.shutdown.draining) return 'DEPENDENCY_UNAVAILABLE';
    if (holdsCredentials(url)) return 'CREDENTIALS_IN_URL';
    return origin !== undefined && !this.http.origins.includes(origin) ? 'FORBIDDEN' : undefined;
  }

  private async excessOf(request: IncomingMessage): Promise<string | undefined> {
    const network = this.contexts.networkOf(request);
    if ((this.held.get(network) ?? 0) >= this.config.perAddress) return 'RATE_LIMITED';
    const { hits, quota } = await this.limits.count(HANDSHAKES, network);
    return hits > quota ? 'RATE_LIMITED' : undefined;
  }
}
