import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { within } from '../database/within.js';
import { HealthChecks } from '../health/health-checks.js';

const LONGEST_MS = 5_000;

/** The port through which each room says what it would like to start, and can do without. */
@Injectable()
export class OptionalInitializers implements OnApplicationBootstrap {
  private readonly initializers = new Map<string, () => Promise<unknown>>();
  private readonly failed = new Set<string>();

  constructor(
    private readonly checks: HealthChecks,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(OptionalInitializers.name);
  }

  /** @param initialize is called once, before the port opens, and has five seconds; readiness shows it under `name` */
  register(name: string, initialize: () => Promise<unknown>): void {
    this.initializers.set(name, initialize);
    const probe = () => Promise.resolve(this.failed.has(name) ? ('degraded' as const) : undefined);
    this.checks.register(name, { critical: false, probe });
  }

  /** All at the same time: none waits for another, and none takes another with it. */
  async onApplicationBootstrap(): Promise<void> {
    await Promise.allSettled([...this.initializers].map((one) => this.start(...one)));
  }

  private async start(name: string, initialize: () => Promise<unknown>): Promise<void> {
    try {
      await within(LONGEST_MS, Promise.resolve().then(initialize));
    } catch (err) {
      this.failed.add(name);
      this.logger.warn({ err, initializer: name }, 'started without it');
    }
  }
}
