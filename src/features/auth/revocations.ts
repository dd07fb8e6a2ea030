import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { SessionEnded, TokenExpired } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { Connections } from '../../core/access/connections.js';
import { Lifeline } from '../../core/database/lifeline.js';
import { Shutdown } from '../../core/lifecycle/shutdown.js';
import { MAX_ACCESS_TTL_SECONDS } from './auth.config.js';
import { Remembered } from './remembered.js';
import { Standings } from './standings.js';

const ENDED_CHANNEL = 'sessions_ended';
/** Notified by the database itself, of every change of what somebody may do: their id, and the version that began. */
const CHANGED_CHANNEL = 'access_changed';
const LOOK_EVERY_MS = 500;
/** Whoever has not looked for this long knows nothing, and asks the database. */
const OUT_OF_SYNC_MS = 1_000;
/** A row can carry a time from before a look and be committed after it: longer than any transaction may last. */
const OVERLAP_SECONDS = 60;
/** The longest life that a token may be given, whatever it is today, and a token may be on its way from a transaction. */
const REMEMBERED_SECONDS = MAX_ACCESS_TTL_SECONDS + OVERLAP_SECONDS;

const LOOK = `
  WITH since AS (SELECT coalesce($1::timestamptz, now() - make_interval(secs => $2)) - make_interval(secs => $3) AS at)
  SELECT now()::text AS now,
         ARRAY(SELECT id FROM sessions, since WHERE revoked_at > since.at
               UNION ALL SELECT id FROM api_keys, since WHERE revoked_at > since.at /* whatever the organization_id */
              ) AS ended,
         ARRAY(SELECT id || ' ' || access_version FROM users, since WHERE access_changed_at > since.at) AS changed`;

const LIVE = `
  SELECT u.access_version AS "accessVersion" FROM users u
    JOIN (SELECT id, user_id FROM sessions WHERE revoked_at IS NULL AND expires_at > now()
          UNION ALL SELECT id, user_id FROM api_keys /* whatever the organization_id */ WHERE revoked_at IS NULL
             AND (expires_at IS NULL OR expires_at > now())) live ON live.user_id = u.id
   WHERE live.id = $1`;

interface Look {
  readonly now: string;
  readonly ended: string[];
  readonly changed: string[];
}

/**
 * Which sessions and keys have ended, and who may do something else since, though their access tokens have not expired:
 * known in memory, so that no request has to ask. A notification makes it fast; looking at the tables makes it true, also
 * when one is lost.
 */
@Injectable()
export class Revocations implements OnApplicationBootstrap {
  private readonly ended = new Remembered<true>(REMEMBERED_SECONDS);
  private readonly versions = new Remembered<number>(REMEMBERED_SECONDS);
  private readonly stopping = new AbortController();
  private lookedAt = -Infinity;
  /** Until when all of them are known */
  private known: string | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly standings: Standings,
    private readonly lifeline: Lifeline,
    private readonly connections: Connections,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Revocations.name);
  }

  /** Before the port opens, so that no instance begins with knowing nothing. */
  async onApplicationBootstrap(): Promise<void> {
    await this.lifeline.listen(ENDED_CHANNEL, (id) => this.rememberEnd(id));
    await this.lifeline.listen(CHANGED_CHANNEL, (change) => this.rememberChange(change));
    // Who does not succeed begins out of step, and asks the database until it does.
    await this.look().catch((err: unknown) => this.logger.warn({ err }, 'ended sessions are not known yet'));
    const watching = this.watch();
    this.shutdown.register('schedulers', 'watch of ended sessions', () => {
      this.stopping.abort();
      return watching;
    });
  }

  /**
   * @param accessVersion which state of what the actor may do they were proven in
   * @returns the actor as they stand now. @throws {SessionEnded}, and if neither memory nor the database can tell: who may
   * be locked out is not let in
   */
  async current(actor: Actor, accessVersion: number): Promise<Actor> {
    const { sessionId, userId } = actor;
    if (this.ended.has(sessionId)) throw new SessionEnded();
    const isInSync = performance.now() - this.lookedAt <= OUT_OF_SYNC_MS;
    const version = isInSync ? this.versions.get(userId) : await this.versionInDatabase(sessionId);
    return version === undefined || version <= accessVersion ? actor : this.standings.renew(actor, version);
  }

  /** Tells all instances, this one at once. After the commit: a notification inside would queue up every commit. */
  async announce(...ids: readonly string[]): Promise<void> {
    for (const id of ids) this.rememberEnd(id);
    const told = ids.map((id) => this.lifeline.query('SELECT pg_notify($1, $2)', [ENDED_CHANNEL, id]));
    await Promise.all(told).catch((err: unknown) => {
      this.logger.warn({ err }, 'the end of a session is found by looking only');
    });
  }

  private rememberEnd(id: string): void {
    this.ended.set(id, true);
    this.connections.end(id, SessionEnded);
  }

  private rememberChange(change: string): void {
    const [userId = '', version] = change.split(' ');
    if ((this.versions.get(userId) ?? 0) >= Number(version)) return;
    this.versions.set(userId, Number(version));
    this.connections.end(userId, TokenExpired);
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
    const [row] = await this.lifeline.query<Look>(LOOK, [this.known, REMEMBERED_SECONDS, OVERLAP_SECONDS]);
    for (const id of row?.ended ?? []) if (!this.ended.has(id)) this.rememberEnd(id);
    for (const change of row?.changed ?? []) this.rememberChange(change);
    this.known = row?.now ?? null;
    this.lookedAt = lookedAt;
    this.ended.forgetExpired();
    this.versions.forgetExpired();
  }

  /** @throws {SessionEnded} */
  private async versionInDatabase(sessionId: string): Promise<number> {
    const [live] = await this.dataSource.query<{ accessVersion: number }[]>(LIVE, [sessionId]);
    if (live === undefined) throw new SessionEnded();
    return live.accessVersion;
  }
}
