import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Client, type QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';
import { outsideOfRequest } from '../http/request-context.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { connectionOptions } from './data-source-options.js';
import { databaseConfig, type DatabaseConfig } from './database.config.js';
import type { GuardedPool } from './guarded-pool.js';
import { poolOf } from './pool-watch.js';
import { TooLate, within } from './within.js';

const BEAT_MS = 500;
/** Twice that, for a beat and for a new connection, and nobody waits three seconds for a server that hangs. */
const ANSWER_WITHIN_MS = 1_000;
/** A statement here is small: one that waits, for a lock say, must not look like a server that hangs. */
const SETTINGS = 'SET statement_timeout = 250; SET synchronous_commit = off';

const names = new Map<string, string>();

type Listener = (payload: string) => void;

/**
 * One connection beside the pool, which a busy pool does not delay. It asks twice a second whether the server still
 * answers (a server that is stopped times nothing out), hears notifications, counts for the limits, and cancels.
 */
@Injectable()
export class Lifeline implements OnModuleInit {
  private client?: Client;
  private turn: Promise<unknown> = Promise.resolve();
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
    this.pool.cancelBy((backend) => this.query('SELECT pg_cancel_backend($1)', [backend]));
    await this.open();
    this.running = this.beat();
  }

  /**
   * Runs a small statement: at most 250 ms, without waiting for the disk.
   * @param text one of a few, never put together: the server plans each only once
   * @throws at once while there is no server
   */
  async query<R extends QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    if (this.client === undefined) throw new Error('Connection terminated: there is no server');
    const client = this.client;
    // One after the other: a node-postgres client that is busy takes no further statement.
    const query = { name: nameOf(text), text, values };
    const answer = this.turn.then(() => outsideOfRequest(() => client.query<R>(query)));
    this.turn = answer.catch(() => undefined);
    return (await answer).rows;
  }

  /** Hears what is sent to the channel from now on; while the connection is renewed, messages can be missed. */
  async listen(channel: string, listener: Listener): Promise<void> {
    if (this.listeners.has(channel)) throw new Error(`Channel ${channel} has a listener already.`);
    this.listeners.set(channel, listener);
    if (this.client !== undefined) await this.query(listenTo(channel), []);
  }

  private get pool(): GuardedPool {
    return poolOf(this.dataSource);
  }

  private async beat(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (this.client === undefined) await this.open();
        await sleep(BEAT_MS, undefined, { signal });
        await within(ANSWER_WITHIN_MS, this.query('SELECT 1', []));
      } catch (thrown) {
        if (!signal.aborted) await this.failed(thrown as Error);
      }
    }
  }

  /** That this connection ended or is silent says little of the server: that a new one fails does. */
  private async failed(thrown: Error): Promise<void> {
    const wasOpen = this.client !== undefined;
    this.drop();
    this.silent ||= wasOpen && thrown instanceof TooLate;
    if (wasOpen) return;
    if (!this.lost) this.logger.warn({ err: thrown }, 'database lost');
    this.lost = true;
    this.pool.lose(new Error(`Connection terminated: ${thrown.message}`, { cause: thrown }));
    await sleep(BEAT_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private async open(): Promise<void> {
    const client = new Client({
      ...connectionOptions(this.config),
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
    });
    client.on('error', () => undefined);
    client.on('notification', ({ channel, payload = '' }) => this.listeners.get(channel)?.(payload));
    try {
      await client.connect();
      const channels = [...this.listeners.keys()].map(listenTo);
      await within(ANSWER_WITHIN_MS, client.query([SETTINGS, ...channels].join('; ')));
    } catch (thrown) {
      destroy(client);
      throw thrown;
    }
    this.client = client;
    if (this.lost) this.logger.info('database is back');
    // The server answers a new connection and not the old one: those of the pool lead nowhere either.
    if (this.silent) this.pool.sever();
    this.silent = false;
    this.lost = false;
    this.pool.regain();
  }

  private async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    // A server that hangs would not even say goodbye.
    await within(ANSWER_WITHIN_MS, this.client?.end() ?? Promise.resolve()).catch(() => this.drop());
    this.client = undefined;
  }

  private drop(): void {
    if (this.client !== undefined) destroy(this.client);
    this.client = undefined;
  }
}

/** Under which name the server keeps the plan. */
function nameOf(text: string): string {
  const known = names.get(text) ?? `lifeline ${names.size}`;
  names.set(text, known);
  return known;
}

/** The name of a channel is no value, and cannot be a parameter. */
function listenTo(channel: string): string {
  return `LISTEN "${channel.replaceAll('"', '""')}"`;
}

function destroy(client: Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
