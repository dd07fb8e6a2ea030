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

const BEAT_MS = 500;
/** With the beat and a limit of requests on top, nobody waits three seconds for a server that hangs. */
const ANSWER_WITHIN_MS = 1_500;
/** A statement here is small: one that waits, for a lock say, must not look like a server that hangs. */
const SETTINGS = 'SET statement_timeout = 250; SET synchronous_commit = off';

type Listener = (payload: string) => void;

class NoAnswer extends Error {}

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

  /** Runs a small statement: at most 250 ms, without waiting for the disk. @throws at once while there is no server */
  async query<R extends QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    if (this.client === undefined) throw new Error('Connection terminated: there is no server');
    const client = this.client;
    // One after the other: a node-postgres client that is busy takes no further statement.
    const answer = this.turn.then(() => outsideOfRequest(() => client.query<R>(text, values)));
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
    while (!this.stopping.signal.aborted) {
      try {
        if (this.client === undefined) await this.open();
        await sleep(BEAT_MS, undefined, { signal: this.stopping.signal });
        await within(ANSWER_WITHIN_MS, this.query('SELECT 1', []));
      } catch (thrown) {
        if (!this.stopping.signal.aborted) await this.failed(thrown as Error);
      }
    }
  }

  /** That this connection ended says nothing of the server, until a new one fails or an answer does not come. */
  private async failed(thrown: Error): Promise<void> {
    const wasOpen = this.client !== undefined;
    this.drop();
    if (wasOpen && !(thrown instanceof NoAnswer)) return;
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
    this.lost = false;
    this.pool.regain();
  }

  private async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.client?.end();
    this.client = undefined;
  }

  private drop(): void {
    if (this.client !== undefined) destroy(this.client);
    this.client = undefined;
  }
}

/** The name of a channel is no value, and cannot be a parameter. */
function listenTo(channel: string): string {
  return `LISTEN "${channel.replaceAll('"', '""')}"`;
}

function destroy(client: Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/** @throws {NoAnswer} after this time; but a late timer of a busy process first lets it read what has come. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).then(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    throw new NoAnswer('timeout, the server does not answer');
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}
