import type { Redis } from 'ioredis';
import type { PinoLogger } from 'nestjs-pino';
import { TooLate, within } from '../database/within.js';
import { outsideOfRequest } from '../http/request-context.js';

const ANSWER_WITHIN_MS = 1_000;

/** A connection to Redis that comes back by itself. */
export class RedisConnection {
  private lost = false;
  private ended = false;
  private failure?: Error;

  constructor(
    private readonly client: Redis,
    private readonly logger: PinoLogger,
  ) {
    client.on('error', (error: Error) => (this.failure = error));
    client.on('close', () => this.closed());
    client.on('ready', () => this.opened());
  }

  /** Waits for the first connection, but not long: it may come later. */
  async connect(): Promise<void> {
    const connected = outsideOfRequest(() => this.client.connect());
    await within(ANSWER_WITHIN_MS, connected).catch(() => undefined);
  }

  /** @throws at once while there is no connection, and after a second if there is one that nothing comes from */
  async ask<T>(command: (client: Redis) => Promise<T>): Promise<T> {
    try {
      return await within(
        ANSWER_WITHIN_MS,
        outsideOfRequest(() => command(this.client)),
      );
    } catch (thrown) {
      // A host that is gone says nothing; another connection finds out.
      if (thrown instanceof TooLate && this.client.status === 'ready') this.client.disconnect(true);
      throw thrown;
    }
  }

  /** A server that hangs would not even say goodbye. */
  async end(): Promise<void> {
    this.ended = true;
    if (this.client.status === 'ready') await within(ANSWER_WITHIN_MS, this.client.quit()).catch(() => undefined);
    this.client.disconnect();
  }

  private closed(): void {
    if (!this.lost && !this.ended) this.logger.warn({ err: this.failure }, 'redis lost');
    this.lost = true;
  }

  private opened(): void {
    if (this.lost) this.logger.info('redis is back');
    this.lost = false;
    this.failure = undefined;
  }
}
