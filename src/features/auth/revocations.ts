import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { Connections } from '../../core/access/connections.js';
import { Lifeline } from '../../core/database/lifeline.js';
import { Shutdown } from '../../core/lifecycle/shutdown.js';
import { MAX_ACCESS_TTL_SECONDS } from './auth.config.js';

const CHANNEL = 'sessions_ended';
const LOOK_EVERY_MS = 500;
/** Whoever has not looked for this long knows nothing, and asks the database. */
const OUT_OF_SYNC_MS = 1_000;
/** A row can carry a time from before a look and be committed after it: longer than any transaction may last. */
const OVERLAP_SECONDS = 60;
/** The longest life that a token may be given, whatever it is today, and a token may be on its way from a transaction. */
const REMEMBERED_SECONDS = MAX_ACCESS_TTL_SECONDS + OVERLAP_SECONDS;

const ENDED = `
  SELECT now()::text AS now, coalesce(array_agg(id), '{}') AS ids FROM sessions
   WHERE revoked_at > coalesce($1::timestamptz, now() - make_interval(secs => $2)) - make_interval(secs => $3)`;

/**
 * Which sessions have ended though their access tokens have not expired: known in memory, so that no request has to
 * ask. A notification makes it fast; looking at the table makes it true, also when one is lost.
 */
@Injectable()
export class Revocations implements OnApplicationBootstrap {
  /** When each can be forgotten, because every token of the session has expired */
  private readonly ended = new Map<string, number>();
  private readonly stopping = new AbortController();
  private lookedAt = -Infinity;
  /** Until when all of them are known */
  private known: string | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly lifeline: Lifeline,
    private readonly connections: Connections,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Revocations.name);
  }

  /** Before the port opens, so that no instance begins with knowing nothing. */
  async onApplicationBootstrap(): Promise<void> {
    await this.lifeline.listen(CHANNEL, (sessionId) => this.remember(sessionId));
    // Who does not succeed begins out of step, and asks the database until it does.
    await this.look().catch((err: unknown) => this.logger.warn({ err }, 'ended sessions are not known yet'));
    const watching = this.watch();
    this.shutdown.register('schedulers', 'watch of ended sessions', () => {
      this.stopping.abort();
      return watching;
    });
  }

  /** @throws if neither memory nor the database can tell: who may be locked out is not let in */
  async hasEnded(sessionId: string): Promise<boolean> {
    if (this.ended.has(sessionId)) return true;
    return performance.now() - this.lookedAt > OUT_OF_SYNC_MS && this.hasEndedInDatabase(sessionId);
  }

  /** Tells all instances, this one at once. After the commit: a notification inside would queue up every commit. */
  async announce(sessionId: string): Promise<void> {
    this.remember(sessionId);
    await this.lifeline.query('SELECT pg_notify($1, $2)', [CHANNEL, sessionId]).catch((err: unknown) => {
      this.logger.warn({ err }, 'the end of a session is found by looking only');
    });
  }

  private remember(sessionId: string): void {
    this.ended.set(sessionId, performance.now() + REMEMBERED_SECONDS * 1_000);
    this.connections.end(sessionId);
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      // The lifeline tells when there is no database; here it is enough to be out of sync.
      if (!signal.aborted) await this.look().catch(() => undefined);
    }
  }

  /** Reads what ended since the last look, on the clock of the database, or in the life of a token if there was none. */
  private async look(): Promise<void> {
    const lookedAt = performance.now();
    const [row] = await this.lifeline.query<{ now: string; ids: string[] }>(ENDED, [
      this.known,
      REMEMBERED_SECONDS,
      OVERLAP_SECONDS,
    ]);
    for (const id of row?.ids ?? []) if (!this.ended.has(id)) this.remember(id);
    this.known = row?.now ?? null;
    this.lookedAt = lookedAt;
    this.forgetExpired(lookedAt);
  }

  /** They stand in the order in which they ended, so the first that still counts ends the search. */
  private forgetExpired(now: number): void {
    for (const [sessionId, expiresAt] of this.ended) {
      if (expiresAt > now) return;
      this.ended.delete(sessionId);
    }
  }

  private async hasEndedInDatabase(sessionId: string): Promise<boolean> {
    const live = await this.dataSource.query<unknown[]>(
      'SELECT 1 FROM sessions WHERE id = $1 AND revoked_at IS NULL AND expires_at > now()',
      [sessionId],
    );
    return live.length === 0;
  }
}
