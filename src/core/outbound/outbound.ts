import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { HealthChecks } from '../health/health-checks.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Metrics } from '../metrics/metrics.js';
import { Caller, type CallerOptions } from './caller.js';
import { recordsIn, type Records } from './records.js';
import { Upstream, type UpstreamOptions } from './upstream.js';
import { mannersOf } from './upstream-options.js';
import { UserTargets, type UserTargetsOptions } from './user-targets.js';

const STATES = { closed: 0, 'half-open': 1, open: 2 };

/** The one way out over HTTP: each other service is declared here once, by name. */
@Injectable()
export class Outbound {
  private readonly callers: Caller[] = [];
  private readonly names = new Set<string>();
  private readonly upstreams = new Map<string, Caller>();
  private readonly records: Records;

  constructor(
    private readonly checks: HealthChecks,
    logger: PinoLogger,
    metrics: Metrics,
    shutdown: Shutdown,
  ) {
    logger.setContext(Outbound.name);
    this.records = recordsIn(metrics, logger);
    metrics.gauges('upstream_breaker_state', '0 closed, 1 half-open, 2 open', 'upstream', () =>
      [...this.upstreams].map(([name, { state }]) => [name, STATES[state]] as const),
    );
    shutdown.register('clients', 'outbound', () => Promise.all(this.callers.map((caller) => caller.close())));
  }

  /** A service at an address that the configuration knows, which may be an internal one. Readiness shows it as `upstream:<name>`. */
  upstream(name: string, options: UpstreamOptions): Upstream {
    const caller = this.caller({ name: this.claim(name), manners: mannersOf(options), publicOnly: false });
    const upstream = new Upstream(name, options, caller);
    const probe = () => Promise.resolve(caller.state === 'closed' ? undefined : ('degraded' as const));
    this.checks.register(`upstream:${name}`, { critical: false, enabled: upstream.enabled, probe });
    if (upstream.enabled) this.upstreams.set(name, caller);
    return upstream;
  }

  /** Addresses that users chose. They are called once each: who wants more makes a job of it. */
  userTargets(name: string, options: UserTargetsOptions = {}): UserTargets {
    const own = { name: this.claim(name), manners: mannersOf({ ...options, breaker: 'none' }) };
    return new UserTargets(options, {
      anyone: this.caller({ ...own, publicOnly: true }),
      own: this.caller({ ...own, publicOnly: false }),
    });
  }

  private claim(name: string): string {
    if (this.names.has(name)) throw new Error(`The upstream "${name}" is declared twice.`);
    this.names.add(name);
    return name;
  }

  private caller(options: CallerOptions): Caller {
    const caller = new Caller(options, this.records);
    this.callers.push(caller);
    return caller;
  }
}
