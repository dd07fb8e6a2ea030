import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { Lifeline } from '../../core/database/lifeline.js';
import { Shutdown } from '../../core/lifecycle/shutdown.js';
import { authConfig, type AuthConfig } from './auth.config.js';

const CHANNEL = 'sessions_ended';
const LOOK_EVERY_MS = 500;
/** Whoever has not looked for this long knows nothing, and asks the database. */
const OUT_OF_SYNC_MS = 1_000;
/** A row can carry a time from before a look and be committed after it: longer than any transaction may last. */
const OVERLAP_SECONDS = 60;

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

  constructor(
    @Inject(authConfig.KEY) private readonly config: AuthConfig,
    private readonly dataSource: DataSource,
    private readonly lifeline: Lifeline,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Revocations.name);
  }

  /** Before the port opens, so that no instance begins with knowing nothing. */
  async onApplicationBootstrap(): Promise<void> {
    await this.lifeline.listen(CHANNEL, (sessionId) => this.remember(sessionId));
    await this.look();
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
    this.ended.set(sessionId, performance.now() + this.config.accessTtlSeconds * 1_000);
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      // The lifeline tells when there is no database; here it is enough to be out of sync.
      if (!signal.aborted) await this.look().catch(() => undefined);
    }
  }

  /** Reads what ended since the last look, or in the life of a token if there was none. */
  private async look(): Promise<void> {
    const lookedAt = performance.now();
    const sinceLast = (lookedAt - this.lookedAt) / 1_000 + OVERLAP_SECONDS;
    const seconds = Math.min(sinceLast, this.config.accessTtlSeconds + OVERLAP_SECONDS);
    const rows = await this.lifeline.query<{ id: string }>(
      'SELECT id FROM sessions WHERE revoked_at > now() - make_interval(secs => $1)',
      [seconds],
    );
    for (const { id } of rows) if (!this.ended.has(id)) this.remember(id);
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
