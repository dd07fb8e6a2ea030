import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ChainableCommander, Redis } from 'ioredis';
import type { RedisConnection } from '../redis/redis-connection.js';
import { RedisConnections } from '../redis/redis-connections.js';
import { type News, type Signal, SignalLog } from './signal-log.js';

const WAIT_MS = 250;
/** Each may be large. */
const MOST_AT_ONCE = 20;
const KEPT_MS = 60_000;
const TRIM_EVERY_MS = 10_000;
const HELLO = { number: 0, channel: 'hello', payload: '' };

// Whether an entry is there, without its payload.
const EXISTS = `return #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])`;

type Entry = [id: string, fields: string[]];

/** Signals in a stream. Redis may lose it, or be another one after a restart: then everything heard before is void. */
@Injectable()
export class RedisSignalLog extends SignalLog implements OnModuleInit {
  private readonly key: string;
  private connection?: RedisConnection;
  /** The entry that was read last, and the run of the server that gave it */
  private place?: { readonly id: string; readonly run: string };
  /** What may be cut off next time, so that everybody has read by then what came behind it */
  private cut = { at: 0, before: 0 };

  constructor(private readonly redis: RedisConnections) {
    super();
    this.key = redis.key('signals');
  }

  async onModuleInit(): Promise<void> {
    this.connection = await this.redis.open('signals');
  }

  async append(signals: readonly Signal[]): Promise<void> {
    await this.redis.ask((client) => this.add(client, signals));
  }

  async read(): Promise<News> {
    try {
      return this.place === undefined ? await this.begin() : await this.next(this.place);
    } catch (thrown) {
      await sleep(WAIT_MS);
      throw thrown;
    }
  }

  wake(): void {
    // Waits shorter than anybody who waits for it.
  }

  /** An entry of its own is the place from which on it reads. */
  private async begin(): Promise<News> {
    const completeAt = performance.now();
    const hello = { ...HELLO, sender: randomUUID() };
    const [run, [id = '']] = await this.ask((client) => Promise.all([runOf(client), this.add(client, [hello])]));
    this.place = { id, run };
    return { signals: [], gap: false, completeAt };
  }

  private async next(place: { readonly id: string; readonly run: string }): Promise<News> {
    const askedAt = performance.now();
    // In the order of the connection, so each is true of what was read before it.
    const [entries, isThere, run] = await this.ask((client) =>
      Promise.all([this.entriesAfter(client, place.id), client.eval(EXISTS, 1, this.key, place.id), runOf(client)]),
    );
    if (isThere === 0 || run !== place.run) return { ...(await this.begin()), gap: true };
    this.place = { id: entries.at(-1)?.[0] ?? place.id, run };
    const isComplete = entries.length < MOST_AT_ONCE;
    return { signals: entries.map(toSignal), gap: false, ...(isComplete && { completeAt: askedAt }) };
  }

  private async entriesAfter(client: Redis, id: string): Promise<Entry[]> {
    const streams = await client.xread('COUNT', MOST_AT_ONCE, 'BLOCK', WAIT_MS, 'STREAMS', this.key, id);
    return streams?.[0]?.[1] ?? [];
  }

  /** All or none. @returns their ids */
  private async add(client: Redis, signals: readonly Signal[]): Promise<string[]> {
    const transaction = client.multi();
    for (const { sender, number, channel, payload } of signals) {
      transaction.xadd(this.key, '*', 'sender', sender, 'number', number, 'channel', channel, 'payload', payload);
    }
    this.trim(transaction);
    const results = (await transaction.exec()) ?? [];
    const [failure] = results.flatMap(([error]) => error ?? []);
    if (failure !== undefined) throw failure;
    return results.slice(0, signals.length).map(([, id]) => String(id));
  }

  private trim(transaction: ChainableCommander): void {
    const now = performance.now();
    if (this.place === undefined || now - this.cut.at < TRIM_EVERY_MS) return;
    transaction.xtrim(this.key, 'MINID', '~', this.cut.before);
    this.cut = { at: now, before: timeOf(this.place.id) - KEPT_MS };
  }

  private ask<T>(command: (client: Redis) => Promise<T>): Promise<T> {
    if (this.connection === undefined) throw new Error('Redis is not connected yet.');
    return this.connection.ask(command);
  }
}

/** Each start of a server has another. */
async function runOf(client: Redis): Promise<string> {
  return /run_id:(\w+)/.exec(await client.info('server'))?.[1] ?? '';
}

/** On the clock of the server, in milliseconds. */
function timeOf(id: string): number {
  return Number(id.split('-')[0]);
}

function toSignal([, [, sender = '', , number, , channel = '', , payload = '']]: Entry): Signal {
  return { sender, number: Number(number), channel, payload };
}
