import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { Circumstances } from '../error-tracking/error-report.js';
import { ErrorReports } from '../error-tracking/error-reports.js';
import { loggerOptions } from '../logging/logger.js';
import { unhandledRejections } from '../metrics/process-metrics.js';
import { lifecycleConfig, type LifecycleConfig } from './lifecycle.config.js';
import { Shutdown } from './shutdown.js';

const REJECTIONS_TO_GIVE_UP = 5;
const REJECTIONS_WINDOW_MS = 60_000;
/** What a process that cannot be trusted any more gets to answer its open requests. */
const CRASH_WITHIN_MS = 10_000;

type Closing = () => Promise<void> | void;

/** From the first line of `main` to the exit code: signals, errors that nobody caught, and an orderly end. */
export class ProcessLifecycle {
  private app?: INestApplicationContext;
  private logger: Logger = pino(loggerOptions());
  private stopping = false;
  private exitCode = 0;
  private readonly crash = new AbortController();
  private rejections: number[] = [];
  private readonly closings: Closing[] = [];

  /** Takes over the process. Called before anything else, so that no failure of the start is missed. */
  watch(): this {
    process.on('unhandledRejection', (reason) => this.rejected(reason));
    process.on('uncaughtException', (err) => this.crashed(err));
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void this.stop(signal, 0));
    return this;
  }

  /** From now on stopping means closing this application. */
  serve(app: INestApplicationContext, logger: Logger): void {
    this.app = app;
    this.logger = logger;
  }

  /** Runs after the application closed and before the process ends. */
  onClosed(closing: Closing): void {
    this.closings.push(closing);
  }

  /** Drains, closes everything and ends the process. A second call changes nothing, but for a worse exit code. */
  async stop(reason: string, exitCode: number): Promise<void> {
    this.exitCode = Math.max(this.exitCode, exitCode);
    if (this.stopping) return;
    this.stopping = true;
    const { drainMs, shutdownTimeoutMs } = this.app?.get<LifecycleConfig>(lifecycleConfig.KEY) ?? NOTHING_TO_DRAIN;
    this.logger.info({ context: 'Lifecycle', reason, drainMs }, 'stopping');
    this.endWithin(shutdownTimeoutMs);
    try {
      await this.close(drainMs);
      this.exit('stopped');
    } catch (err) {
      this.logger.error({ context: 'Lifecycle', err }, 'closing failed');
      this.exitCode = 1;
      this.exit('stopped');
    }
  }

  private async close(drainMs: number): Promise<void> {
    const shutdown = this.app?.get(Shutdown);
    shutdown?.drain();
    await sleep(drainMs, undefined, { signal: this.crash.signal }).catch(() => undefined);
    const failures: unknown[] = [];
    // Also what comes after something that could not be closed is closed.
    for (const closing of [() => shutdown?.close(), () => this.app?.close(), ...this.closings]) {
      await Promise.resolve()
        .then(closing)
        .catch((thrown: unknown) => failures.push(thrown));
    }
    if (failures.length > 0) throw failures[0];
  }

  private endWithin(ms: number): void {
    setTimeout(() => {
      this.exitCode = 1;
      this.exit('not closed in time');
    }, ms);
  }

  /** One lost promise is a bug to be told; a stream of them is a process that cannot be trusted. */
  private rejected(reason: unknown): void {
    const now = Date.now();
    this.rejections = [...this.rejections.filter((at) => now - at < REJECTIONS_WINDOW_MS), now];
    unhandledRejections.inc();
    this.logger.error({ context: 'Lifecycle', err: reason }, 'unhandled rejection');
    this.report(reason, { code: 'UNHANDLED_REJECTION' });
    if (this.rejections.length >= REJECTIONS_TO_GIVE_UP) void this.stop('too many unhandled rejections', 1);
  }

  /** Nothing can be trusted any more, also if it was stopping already: no draining, and not much time. */
  private crashed(err: unknown): void {
    this.logger.fatal({ context: 'Lifecycle', err }, 'uncaught exception');
    this.report(err, { code: 'UNCAUGHT_EXCEPTION', severity: 'fatal' });
    this.crash.abort();
    this.endWithin(CRASH_WITHIN_MS);
    void this.stop('uncaught exception', 1);
  }

  /** It is sent while the process goes on or closes. Before there is an application nobody can be told. */
  private report(thrown: unknown, circumstances: Circumstances): void {
    this.app?.get(ErrorReports).report(thrown, circumstances);
  }

  private exit(message: string): void {
    this.logger.info({ context: 'Lifecycle', exitCode: this.exitCode }, message);
    process.exit(this.exitCode);
  }
}

/** Before there is an application nobody sends requests. */
const NOTHING_TO_DRAIN = { drainMs: 0, shutdownTimeoutMs: CRASH_WITHIN_MS };
