import { randomUUID } from 'node:crypto';
import { built } from '../scripts/build.ts';
import { databaseUrl, PRODUCTION } from './aerie.ts';
import { atTheEnd } from './cleanup.ts';

type Class<T = object> = new (...given: never[]) => T;

/** What is used of the application in this process: the compiler cannot follow into the build. */
export interface App {
  get<T>(type: unknown): T;
  close(): Promise<void>;
}

export interface Tx {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

export interface Transactions {
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

export interface Actor {
  readonly userId: string;
  readonly organizationId: string;
}

/** A class of the build. */
export async function classOf<T = unknown>(path: string, name: string): Promise<T> {
  return (await built<Record<string, T>>(path))[name] as T;
}

/** The application in this process, without a port: in production's configuration unless told otherwise, with these providers beside its own. */
export async function startApp(providers: Class[], env: Record<string, string> = {}): Promise<App> {
  Object.assign(process.env, PRODUCTION, env, {
    NODE_ENV: env.NODE_ENV ?? 'production',
    LOG_LEVEL: 'error',
    DATABASE_URL: await databaseUrl(),
  });
  const createApp = await classOf<(extra: object[]) => Promise<App>>('src/bootstrap.js', 'createApp');
  class BenchModule {}
  const app = await createApp([{ module: BenchModule, providers, global: true }]);
  atTheEnd(() => app.close());
  return app;
}

/** People with an organization each. */
export async function people(transactions: Transactions, count: number): Promise<Actor[]> {
  const actors = Array.from({ length: count }, () => ({ userId: randomUUID(), organizationId: randomUUID() }));
  const ids = [actors.map(({ userId }) => userId), actors.map(({ organizationId }) => organizationId)];
  await transactions.run(async (tx) => {
    await tx.query(
      `INSERT INTO users (id, email, name) SELECT id, id || '@example.org', 'Somebody' FROM unnest($1::uuid[]) id`,
      [ids[0]],
    );
    await tx.query(`INSERT INTO organizations (id, name) SELECT id, 'Somebody' FROM unnest($1::uuid[]) id`, [ids[1]]);
  });
  return actors;
}

/** Does the work for each, so many at the same time. */
export async function inLanes<T>(
  lanes: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const lane = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
