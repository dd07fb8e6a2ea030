import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { type Db, PgBoss, type QueueResult } from 'pg-boss';
import { DataSource } from 'typeorm';
import { NIL } from 'uuid';
import { outsideOfRequest } from '../http/request-context.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import type { JobKind } from './define-job.js';
import { JobHandlers } from './job-handlers.js';
import { onPool } from './queue-connections.js';

/** A worker that is silent for longer has lost its job. */
const HEARTBEAT_SECONDS = 30;
const SUPERVISE_EVERY_SECONDS = 10;
const MOST_BACKOFF_SECONDS = 3_600;
/** What is done is kept for so long, to look at; payloads may be personal. */
const KEEP_DONE_SECONDS = 3_600;
const KEEP_WAITING_SECONDS = 14 * 86_400;

// That it was never started is how pg-boss knows that no attempt was used up.
const GIVE_BACK = `
  UPDATE pgboss.job SET state = 'created', started_on = NULL, heartbeat_on = NULL
   WHERE name = $1 AND id = $2 AND retry_count = $3 AND state = 'active'`;

/** Where jobs go that nobody could do. */
export const deadLettersOf = (name: string): string => `${name}/dead`;

/** pg-boss, with a queue for every kind of work that somebody here does, and one for its dead letters. */
@Injectable()
export class Queues implements OnApplicationBootstrap {
  readonly boss: PgBoss;
  private opened?: Promise<void>;
  private readonly database: Db;

  constructor(
    dataSource: DataSource,
    private readonly handlers: JobHandlers,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Queues.name);
    this.database = onPool(dataSource);
    this.boss = new PgBoss({
      db: this.database,
      schema: 'pgboss',
      migrate: false,
      createSchema: false,
      superviseIntervalSeconds: SUPERVISE_EVERY_SECONDS,
      persistWarnings: false,
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.open();
  }

  /** Makes the queues, once all who work on them are registered. Whoever needs them first waits for that. */
  open(): Promise<void> {
    this.opened ??= outsideOfRequest(() => this.openOnce());
    return this.opened;
  }

  /** Puts a job back as if nobody had taken it, unless somebody else has meanwhile. */
  async giveBack(name: string, id: string, retryCount: number): Promise<void> {
    await this.database.executeSql(GIVE_BACK, [name, id, retryCount]);
  }

  private async openOnce(): Promise<void> {
    this.boss.on('error', (err) => this.logger.warn({ err }, 'queue failed'));
    this.boss.on('warning', ({ message }) => this.logger.warn({ warning: message }, 'queue warns'));
    await this.boss.start();
    this.shutdown.register('schedulers', 'queues', () => this.boss.stop({ graceful: false, close: false }));
    const known = new Map((await this.boss.getQueues()).map((queue) => [queue.name, queue]));
    for (const { kind } of this.handlers.all()) await this.prepare(kind, known);
  }

  /** Instances that start at the same time make each queue once. */
  private async prepare(kind: JobKind<object>, known: ReadonlyMap<string, QueueResult>): Promise<void> {
    const { name } = kind;
    const options = queueOptions(kind);
    if (!known.has(deadLettersOf(name))) {
      await this.boss.createQueue(deadLettersOf(name), { retentionSeconds: KEEP_WAITING_SECONDS });
    }
    const queue = known.get(name);
    if (queue !== undefined && !differs(queue, options)) return;
    await (queue === undefined ? this.boss.createQueue(name, options) : this.boss.updateQueue(name, options));
    // Makes pg-boss read it now: else it would on a second connection, in the transaction of whoever is first to need it.
    await this.boss.deleteJob(name, NIL);
  }
}

function queueOptions({ name, options: { retries, backoffSeconds, timeoutSeconds } }: JobKind<object>) {
  return {
    retryLimit: retries,
    retryDelay: backoffSeconds,
    retryBackoff: true,
    retryDelayMax: Math.max(backoffSeconds, MOST_BACKOFF_SECONDS),
    // The attempt ends itself before; this is for one that waits for its turn, in a process that has lost track.
    expireInSeconds: 2 * timeoutSeconds + 60,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    retentionSeconds: KEEP_WAITING_SECONDS,
    deleteAfterSeconds: KEEP_DONE_SECONDS,
    deadLetter: deadLettersOf(name),
  };
}

function differs(queue: QueueResult, options: object): boolean {
  return Object.entries(options).some(([key, value]) => queue[key as keyof QueueResult] !== value);
}
