import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';
import { Shutdown } from '../lifecycle/shutdown.js';
import { connectionOptions } from './data-source-options.js';
import { type DriverError, isReset } from './database-errors.js';
import { databaseConfig, type DatabaseConfig } from './database.config.js';
import { LifelineConnection } from './lifeline-connection.js';
import { poolOf } from './pool-watch.js';
import { TooLate } from './within.js';

const BEAT_MS = 500;

type Listener = (payload: string) => void;

/**
 * One connection beside the pool, which a busy pool does not delay. It asks twice a second whether the server still
 * answers (a server that is stopped times nothing out), hears notifications, counts for the limits, and cancels.
 */
@Injectable()
export class Lifeline implements OnModuleInit {
  private connection?: LifelineConnection;
  private readonly listeners = new Map<string, Listener>();
  private readonly stopping = new AbortController();
  private lost = false;
  /** The last connection got no answer, and was not told that it had ended */
  private silent = false;
  private running?: Promise<void>;

  constructor(
    @Inject(databaseConfig.KEY) private readonly config: DatabaseConfig,
    private readonly dataSource: DataSource,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Lifeline.name);
  }

  async onModuleInit(): Promise<void> {
    this.shutdown.register('database', 'lifeline', () => this.stop());
    poolOf(this.dataSource).cancelBy((backend) => this.query('SELECT pg_cancel_backend($1)', [backend]));
    await this.openAtStart();
    this.running = this.beat();
  }

  /**
   * Runs a small statement: at most 250 ms, without waiting for the disk.
   * @param text one of a few, never put together
   * @throws at once while there is no server
   */
  async query<R extends QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    if (this.connection === undefined) throw new Error('Connection terminated: there is no server');
    return this.connection.query<R>(text, values);
  }

  /** Hears what is sent to the channel from now on; while the connection is renewed, messages can be missed. */
  async listen(channel: string, listener: Listener): Promise<void> {
    if (this.listeners.has(channel)) throw new Error(`Channel ${channel} has a listener already.`);
    this.listeners.set(channel, listener);
    await this.connection?.listen(channel);
  }

  private async beat(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const connection = this.connection ?? (await this.reopen());
        await sleep(BEAT_MS, undefined, { signal });
        await connection.beat();
      } catch (thrown) {
        if (!signal.aborted) await this.failed(thrown as Error);
      }
    }
  }

  /** That this connection ended or is silent says little of the server: that a new one fails does. */
  private async failed(thrown: Error): Promise<void> {
    const wasOpen = this.connection !== undefined;
    this.connection?.destroy();
    this.connection = undefined;
    this.silent ||= wasOpen && thrown instanceof TooLate;
    if (wasOpen) return;
    if (!this.lost) this.logger.warn({ err: thrown }, 'database lost');
    this.lost = true;
    poolOf(this.dataSource).lose(new Error(`Connection terminated: ${thrown.message}`, { cause: thrown }));
    await sleep(BEAT_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  /** A network that resets connections may hit a new one on its way; that the next fails too says more. */
  private async reopen(): Promise<LifelineConnection> {
    return this.open().catch((thrown: DriverError) => {
      if (!isReset(thrown)) throw thrown;
      return this.open();
    });
  }

  /** The pool was connected a moment ago: who is late now may be this process, which has much to do at its start. */
  private async openAtStart(): Promise<void> {
    const deadline = performance.now() + this.config.startTimeoutMs;
    for (;;) {
      const failure = await this.open()
        .then(() => undefined)
        .catch((thrown: Error) => thrown);
      if (failure === undefined) return;
      if (performance.now() >= deadline) return this.failed(failure);
      await sleep(BEAT_MS);
    }
  }

  private async open(): Promise<LifelineConnection> {
    const hear = (channel: string, payload: string) => this.listeners.get(channel)?.(payload);
    const connection = await LifelineConnection.open(connectionOptions(this.config), [...this.listeners.keys()], hear);
    this.connection = connection;
    if (this.lost) this.logger.info('database is back');
    // The server answers a new connection and not the old one: those of the pool lead nowhere either.
    if (this.silent) poolOf(this.dataSource).sever();
    this.silent = false;
    this.lost = false;
    poolOf(this.dataSource).regain();
    return connection;
  }

  private async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.connection?.end();
    this.connection = undefined;
  }
}
