import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Lifeline } from '../database/lifeline.js';
import { Bell } from './bell.js';
import { ReadingPlace } from './reading-place.js';
import { type News, type Signal, SignalLog } from './signal-log.js';

const CHANNEL = 'signals';
const LOOK_EVERY_MS = 500;
/** Rows are kept for a minute: whoever has not looked for so long may have missed some. */
const KEPT_MS = 55_000;

// Without the disk and in a transaction of its own: a notification holds up only others that notify, and them briefly.
const APPEND = `
  WITH written AS (
    INSERT INTO signals (sender, number, channel, payload)
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) AS new (sender, number, channel, payload)
     ORDER BY number)
  SELECT pg_notify('signals', '')`;

// A crash empties the table and begins to count anew: a row tells one life of it from the next.
const BEGIN_LIFE = `
  INSERT INTO signals (id, sender, number, channel, payload, expires_at) OVERRIDING SYSTEM VALUE
  VALUES (0, $1, 0, 'life', '', 'infinity') ON CONFLICT (id) DO NOTHING`;

const LOOK = `
  SELECT life.sender AS life, (SELECT max(id)::float FROM signals) AS newest,
         extract(epoch FROM now())::float * 1000 AS "nowMs",
         page.id::float, page.sender, page.number::float, page.channel, page.payload
    FROM (VALUES (0)) AS life_id (id) LEFT JOIN signals life USING (id)
    LEFT JOIN (
      SELECT *, sum(octet_length(payload)) OVER (ORDER BY id) - octet_length(payload) AS bytes_before
        FROM (SELECT * FROM signals WHERE id > $1 OR id = ANY ($2::bigint[]) ORDER BY id LIMIT 500) AS next
    ) AS page ON page.bytes_before < 1048576
   ORDER BY page.id`;

interface Row extends Signal {
  readonly life: string | null;
  readonly newest: number;
  readonly nowMs: number;
  /** Null in the one row of a look that found nothing */
  readonly id: number | null;
}

/** Signals in a table: a notification makes it fast, looking makes it true. */
@Injectable()
export class PostgresSignalLog extends SignalLog implements OnModuleInit {
  private place?: ReadingPlace;
  private life?: string;
  /** On the clock of the database */
  private readAtMs = 0;
  private readonly bell = new Bell();

  constructor(private readonly lifeline: Lifeline) {
    super();
  }

  async onModuleInit(): Promise<void> {
    // The lifeline listens again with each new connection; until then it is enough to look.
    await this.lifeline.listen(CHANNEL, () => this.bell.ring()).catch(() => undefined);
  }

  async append(signals: readonly Signal[]): Promise<void> {
    await this.lifeline.query(APPEND, [
      signals.map(({ sender }) => sender),
      signals.map(({ number }) => number),
      signals.map(({ channel }) => channel),
      signals.map(({ payload }) => payload),
    ]);
  }

  async read(): Promise<News> {
    await this.bell.wait(LOOK_EVERY_MS);
    const askedAt = performance.now();
    const rows = await this.lifeline.query<Row>(LOOK, [
      this.place?.last ?? Number.MAX_SAFE_INTEGER,
      this.place?.missing ?? [],
    ]);
    const [first] = rows;
    if (first === undefined || first.life === null) return this.beginLife();
    if (first.life !== this.life) return this.enterLife(first, askedAt);
    return this.toNews(rows as [Row, ...Row[]], askedAt);
  }

  wake(): void {
    this.bell.ring();
  }

  private async beginLife(): Promise<News> {
    await this.lifeline.query(BEGIN_LIFE, [randomUUID()]);
    this.bell.ring();
    return { signals: [], gap: false };
  }

  /** Whoever saw another one before has lost what was in it, and reads this one from its beginning. */
  private enterLife({ life, newest, nowMs }: Row, askedAt: number): News {
    const isFirst = this.life === undefined;
    this.life = life ?? undefined;
    this.readAtMs = nowMs;
    this.place = new ReadingPlace(isFirst ? newest : 0);
    if (isFirst) return { signals: [], gap: false, completeAt: askedAt };
    this.bell.ring();
    return { signals: [], gap: true };
  }

  private toNews(rows: readonly [Row, ...Row[]], askedAt: number): News {
    const [{ nowMs, newest }] = rows;
    const signals = rows.filter(({ id }) => id !== null);
    const place = (this.place ??= new ReadingPlace(newest));
    const isKnown = place.passOver(signals.map(({ id }) => id ?? 0));
    const gap = !isKnown || nowMs - this.readAtMs > KEPT_MS;
    const isComplete = place.last >= newest;
    if (isComplete) this.readAtMs = nowMs;
    else this.bell.ring();
    return { signals, gap, ...(isComplete && { completeAt: askedAt }) };
  }
}
