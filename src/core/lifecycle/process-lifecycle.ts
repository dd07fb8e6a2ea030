import type { INestApplicationContext } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import { loggerOptions } from '../logging/logger.js';

const REJECTIONS_TO_GIVE_UP = 5;
const REJECTIONS_WINDOW_MS = 60_000;
const CLOSE_WITHIN_MS = 10_000;

type Closing = () => Promise<void> | void;

/** From the first line of `main` to the exit code: signals, errors that nobody caught, and an orderly end. */
export class ProcessLifecycle {
  private app?: INestApplicationContext;
  private logger: Logger = pino(loggerOptions());
  private stopping = false;
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

  /** Closes everything and ends the process; a second call changes nothing. */
  async stop(reason: string, exitCode: number): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.logger.info({ context: 'Lifecycle', reason }, 'stopping');
    setTimeout(() => this.exit(1, 'not closed in time'), CLOSE_WITHIN_MS).unref();
    try {
      await this.app?.close();
      for (const closing of this.closings) await closing();
      this.exit(exitCode, 'stopped');
    } catch (err) {
      this.logger.error({ context: 'Lifecycle', err }, 'closing failed');
      this.exit(1, 'stopped');
    }
  }

  /** One lost promise is a bug to be told; a stream of them is a process that cannot be trusted. */
  private rejected(reason: unknown): void {
    const now = Date.now();
    this.rejections = [...this.rejections.filter((at) => now - at < REJECTIONS_WINDOW_MS), now];
    this.logger.error({ context: 'Lifecycle', err: reason }, 'unhandled rejection');
    if (this.rejections.length >= REJECTIONS_TO_GIVE_UP) void this.stop('too many unhandled rejections', 1);
  }

  private crashed(err: unknown): void {
    this.logger.fatal({ context: 'Lifecycle', err }, 'uncaught exception');
    void this.stop('uncaught exception', 1);
  }

  private exit(code: number, message: string): void {
    this.logger.info({ context: 'Lifecycle', exitCode: code }, message);
    process.exit(code);
  }
}
