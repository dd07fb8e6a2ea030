import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { within } from '../database/within.js';
import { HealthChecks } from '../health/health-checks.js';
import { outlivingRequest } from '../http/request-context.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Metrics } from '../metrics/metrics.js';
import { Sink, type Work } from './sink.js';

const LONGEST_MS = 30_000;
const MOST_AT_ONCE = 1_000;
const GRACE_MS = 3_000;

/** What is worth trying and not worth failing for: notifications, mail, error reports. */
@Injectable()
export class SideEffects {
  private readonly failures;
  private readonly running = new Set<Promise<unknown>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly checks: HealthChecks,
    private readonly logger: PinoLogger,
    metrics: Metrics,
    shutdown: Shutdown,
  ) {
    logger.setContext(SideEffects.name);
    this.failures = metrics.counter('side_effect_failures_total', 'Side effects that failed, by sink', ['sink']);
    // After those that begin them, before the clients that they use.
    shutdown.register('schedulers', 'side effects', () => this.finish());
  }

  /** Names a sink, once. Readiness shows it under this name: `degraded` after three failures in a row. */
  sink(name: string, { enabled = true } = {}): Sink {
    const sink = new Sink(name, enabled, this.failures, this.logger, (...begun) => this.begin(...begun));
    const probe = () => Promise.resolve(sink.degraded ? ('degraded' as const) : undefined);
    this.checks.register(name, { critical: false, enabled, probe });
    return sink;
  }

  /** Does all of it at the same time, each whatever becomes of the others. Resolves when all is done or has failed. */
  async all(effects: Iterable<readonly [Sink, Work]>): Promise<void> {
    const begun = [...effects].filter(([{ enabled }]) => enabled);
    await Promise.allSettled(begun.map(([sink, work]) => this.run(sink, work)));
  }

  private begin(sink: Sink, work: Work): void {
    const running = outlivingRequest(() => this.run(sink, work)).catch(() => undefined);
    this.running.add(running);
    void running.finally(() => this.running.delete(running));
  }

  private run(sink: Sink, work: Work): Promise<unknown> {
    return sink.observe(async () => {
      // Begun faster than it ends, it would fill the memory.
      if (this.running.size >= MOST_AT_ONCE) throw new Error(`more than ${MOST_AT_ONCE} side effects at once`);
      const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(LONGEST_MS)]);
      return within(LONGEST_MS, work(signal));
    });
  }

  private async finish(): Promise<void> {
    await within(GRACE_MS, Promise.all(this.running)).catch(() => this.stopping.abort());
  }
}
