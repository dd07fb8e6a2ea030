import { jest } from '@jest/globals';
import { PinoLogger } from 'nestjs-pino';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { TestRoutesModule } from '../../../test/harness/routes.controller.js';
import { User } from '../identity/user.entity.js';
import { afterCommit } from './after-commit.js';
import { LifelineConnection } from './lifeline-connection.js';
import { poolOf, PoolWatch } from './pool-watch.js';
import { Transactions } from './transactions.js';

const connections = async (url: string) => {
  const [row] = await sql<{ count: number }>(
    url,
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'aerie' AND datname = current_database()`,
  );
  return row?.count ?? 0;
};

describe('the pool', () => {
  it('[R-23] #1 never grows past its limit, and nobody hangs', async () => {
    const test = await TestApp.start({ env: { DB_POOL_MAX: '5' }, modules: [TestRoutesModule] });
    let most = 0;
    let done = false;
    const watch = (async () => {
      while (!done) most = Math.max(most, await connections(test.databaseUrl));
    })();
    const answers = await Promise.all(Array.from({ length: 100 }, () => test.api.get('/v1/test/slow'))).finally(
      () => (done = true),
    );
    await watch;
    expect(most).toBe(5);
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].sort()).toEqual([200, 503]);
    for (const { status, headers } of answers) if (status === 503) expect(headers.get('retry-after')).toBe('2');
  });

  it('[R-23] #2 limits statements, and lets idle connections go', async () => {
    // Workers look for jobs about as often as that.
    const env = { DB_POOL_IDLE_MS: '1000', JOBS_CONCURRENCY: '0' };
    const test = await TestApp.start({ env, modules: [TestRoutesModule] });
    const session = await test.api.get('/v1/test/session');
    expect(session.body.timeout).toBe('15s');
    await Promise.all(Array.from({ length: 5 }, () => test.api.get('/v1/test/slow')));
    expect(await connections(test.databaseUrl)).toBeGreaterThan(1);
    // What stays is the lifeline beside the pool; the queues look after themselves now and then.
    await eventually(async () => expect(await connections(test.databaseUrl)).toBe(1), 15_000);
  }, 30_000);

  it('refuses to start when all instances together would not fit into the server', async () => {
    const env = { ...PRODUCTION, DATABASE_URL: await cloneDatabase(), DB_EXPECTED_INSTANCES: '900' };
    const app = await AppProcess.spawn(env);
    expect(await app.exit).toMatchObject({ code: 1 });
    expect(app.stderr).toContain('DB_EXPECTED_INSTANCES');
  });

  it('[R-23] #3 warns once of a client that is held too long, and not of others', async () => {
    const test = await TestApp.start();
    const warn = jest.spyOn(PinoLogger.prototype, 'warn');
    const held = () => warn.mock.calls.filter(([, message]) => message === 'database client held for too long');
    const pool = poolOf(test.app.get(DataSource));
    const watch = test.app.get(PoolWatch, { strict: false });
    const [short, long] = [await pool.connect(), await pool.connect()];
    // Whoever looks for work may have one too, for a moment.
    expect(watch.held).toBeGreaterThanOrEqual(2);
    await sleep(1_000);
    short.release();
    await sleep(5_000);
    long.release();
    expect(held()).toHaveLength(1);
    await eventually(() => Promise.resolve(expect(watch.held).toBe(0)));
    warn.mockRestore();
  });
});

describe('a start', () => {
  it('[R-22] goes on, though the first small connections beside the pool come too late', async () => {
    const open = jest.spyOn(LifelineConnection, 'open');
    open.mockRejectedValueOnce(new Error('timeout expired')).mockRejectedValueOnce(new Error('timeout expired'));
    const test = await TestApp.start({ modules: [TestRoutesModule] });
    expect(await test.api.get('/health/ready')).toMatchObject({ status: 200 });
    expect(await test.api.post('/v1/test/writes')).toMatchObject({ status: 201 });
    expect(open.mock.calls.length).toBeGreaterThanOrEqual(3);
    open.mockRestore();
  });
});

describe('a transaction', () => {
  const person = (id: string) => ({ id, email: `${id}@example.org`, name: 'Somebody' });
  const ID = '01890000-0000-7000-8000-000000000001';

  it('[R-26] #2 that fails gives its connection back: after 200 of them the pool is as before', async () => {
    const test = await TestApp.start({ env: { DB_POOL_MAX: '5', JOBS_CONCURRENCY: '0' } });
    const transactions = test.app.get(Transactions, { strict: false });
    const failing = Array.from({ length: 200 }, () =>
      transactions.run(async (tx) => {
        await tx.insert(User, person(ID));
        throw new Error('after the first step');
      }),
    );
    const outcomes = await Promise.allSettled(failing);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    const pool = poolOf(test.app.get(DataSource));
    expect(pool.waitingCount).toBe(0);
    expect(pool.idleCount).toBe(pool.totalCount);
    expect(await test.app.get(DataSource).manager.count(User)).toBe(0);
  });

  it('does again what the database asks to do again, three times and not more', async () => {
    const test = await TestApp.start();
    const transactions = test.app.get(Transactions, { strict: false });
    const serializationFailure = (tx: { query: (text: string) => Promise<unknown> }) =>
      tx.query(`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`);
    let attempts = 0;
    const result = await transactions.run(async (tx) => {
      if (++attempts < 3) await serializationFailure(tx);
      return attempts;
    });
    expect(result).toBe(3);
    attempts = 0;
    const always = transactions.run(async (tx) => {
      attempts++;
      await serializationFailure(tx);
    });
    await expect(always).rejects.toMatchObject({ code: '40001' });
    expect(attempts).toBe(4);
  });

  it('does not report success when a failed statement was ignored inside', async () => {
    const test = await TestApp.start();
    const ignoring = test.app.get(Transactions, { strict: false }).run(async (tx) => {
      await tx.insert(User, person(ID));
      await tx.query('SELECT 1/0').catch(() => undefined);
    });
    await expect(ignoring).rejects.toThrow('nothing of it was committed');
    expect(await test.app.get(DataSource).manager.count(User)).toBe(0);
  });

  it('takes the connection away from what was not awaited, before it ends', async () => {
    const test = await TestApp.start({ env: { DB_POOL_MAX: '1' } });
    const transactions = test.app.get(Transactions, { strict: false });
    const strays: Promise<unknown>[] = [];
    const failing = transactions.run(async (tx) => {
      const writes = (async () => {
        for (let n = 0; n < 20; n++) await tx.insert(User, { ...person(randomUUID()), email: `${n}@example.org` });
      })();
      strays.push(writes.catch((error: unknown) => error));
      await tx.query('SELECT 1');
      throw new Error('the other branch failed');
    });
    await expect(failing).rejects.toThrow('the other branch failed');
    expect(String((await Promise.all(strays))[0])).toContain('The transaction is over');
    expect(await test.app.get(DataSource).manager.count(User)).toBe(0);
    await transactions.run((tx) => tx.insert(User, person(ID)));
    expect(await test.app.get(DataSource).manager.count(User)).toBe(1);
  });

  it('lets what follows a commit begin when it is committed, and not without', async () => {
    const test = await TestApp.start();
    const told: string[] = [];
    const find = (id: string) => sql(test.databaseUrl, 'SELECT 1 FROM users WHERE id = $1', [id]);
    const transactions = test.app.get(Transactions);
    const id = randomUUID();
    const seen = Promise.withResolvers<object[]>();
    await transactions.run(async (tx) => {
      afterCommit(tx, () => find(id).then(seen.resolve, seen.reject));
      afterCommit(tx, () => Promise.reject(new Error('one that fails harms no other')));
      afterCommit(tx, () => told.push('in order'));
      await tx.insert(User, { id, email: `${id}@example.org`, name: 'Somebody' });
      expect(told).toEqual([]);
    });
    expect(await seen.promise).toHaveLength(1);
    await expect(
      transactions.run((tx) => {
        afterCommit(tx, () => told.push('too early'));
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    expect(told).toEqual(['in order']);
  });

  it('is over also when its work throws before it returns a promise', async () => {
    const test = await TestApp.start({ env: { DB_POOL_MAX: '1' } });
    const throwing = test.app.get(Transactions, { strict: false }).run(() => {
      throw new Error('at once');
    });
    await expect(throwing).rejects.toThrow('at once');
    const open = await sql(
      test.databaseUrl,
      `SELECT FROM pg_stat_activity WHERE state = 'idle in transaction'
      AND datname = current_database()`,
    );
    expect(open).toEqual([]);
  });
});
