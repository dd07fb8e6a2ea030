import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { FaultProxy } from '../../../test/harness/fault-proxy.js';
import { MortalDatabase } from '../../../test/harness/mortal-database.js';
import { becomes, keepSending, listening, signalsOf } from '../../../test/harness/signals.js';
import { Lifeline } from '../database/lifeline.js';
import { Transactions } from '../database/transactions.js';
import { PostgresSignalLog } from './postgres-signal-log.js';

const lifelineOf = (test: TestApp) => test.app.get(Lifeline, { strict: false });
const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n));

describe('signals through a database that fails', () => {
  it('are caught up, once each and in order, when the connection that listens is ended', async () => {
    const listener = await TestApp.start();
    const sender = await TestApp.start({ databaseUrl: listener.databaseUrl });
    const ear = listening(listener);
    const stop = keepSending(sender);
    const own = keepSending(listener);
    for (let round = 0; round < 3; round++) {
      const [backend] = await lifelineOf(listener).query<{ pid: number }>('SELECT pg_backend_pid() AS pid', []);
      await sql(listener.databaseUrl, 'SELECT pg_terminate_backend($1)', [backend?.pid]);
      await sleep(700);
    }
    const [{ told, refused }, { told: ownTold }] = [await stop(), await own()];
    await eventually(() => Promise.resolve(expect(ear.heard).toHaveLength(told.length + ownTold.length)));
    expect({ refused, gaps: ear.gaps }).toEqual({ refused: 0, gaps: 0 });
    expect(new Set(ear.heard)).toEqual(new Set([...told, ...ownTold]));
    expect(told.length).toBeGreaterThan(50);
  });

  it('are no longer trusted by an instance that is cut off, which then catches up', async () => {
    const url = await cloneDatabase();
    const proxy = await FaultProxy.before(url);
    const listener = await TestApp.start({ databaseUrl: proxy.url });
    const sender = await TestApp.start({ databaseUrl: url });
    const ear = listening(listener);
    proxy.freeze();
    const frozenAt = performance.now();
    await becomes(false, listener);
    expect(performance.now() - frozenAt).toBeLessThan(1_500);
    for (const text of numbers(20)) await signalsOf(sender).send('test', text);
    await becomes(true, sender);
    // What was written into the connection that hung is gone with it.
    proxy.reset();
    proxy.thaw();
    await becomes(true, listener);
    expect(ear).toEqual({ heard: numbers(20), gaps: 0 });
    await listener.close();
  });

  it('are not trusted while nobody has a database, nor lost that were sent a moment before it is back', async () => {
    const test = await TestApp.start();
    const ear = listening(test);
    let sent: Promise<void> | undefined;
    await test.losingItsDatabase(async () => {
      await becomes(false, test);
      sent = signalsOf(test).send('test', 'in between');
    });
    await sent;
    await becomes(true, test);
    await eventually(() => Promise.resolve(expect(ear).toEqual({ heard: ['in between'], gaps: 0 })));
  });

  it('are refused after five seconds without a database', async () => {
    const test = await TestApp.start();
    const sentAt = performance.now();
    await test.losingItsDatabase(() =>
      expect(signalsOf(test).send('test', 'x')).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' }),
    );
    expect(performance.now() - sentAt).toBeGreaterThan(4_900);
    expect(performance.now() - sentAt).toBeLessThan(10_000);
  });

  it('are told to be lost when a crash of the server has taken them, and go on', async () => {
    const database = await MortalDatabase.start();
    const tests = [
      await TestApp.start({ databaseUrl: database.url }),
      await TestApp.start({ databaseUrl: database.url }),
    ] as const;
    const ears = tests.map((test) => listening(test));
    for (const text of numbers(5)) await signalsOf(tests[0]).send('test', text);
    const [backend] = await lifelineOf(tests[0]).query<{ pid: number }>('SELECT pg_backend_pid() AS pid', []);
    // The server ends every connection, and begins anew with what was logged.
    process.kill(backend!.pid, 'SIGKILL');
    await eventually(() => Promise.resolve(expect(ears).toMatchObject([{ gaps: 1 }, { gaps: 1 }])));
    await signalsOf(tests[1]).send('test', 'after');
    for (const ear of ears) {
      await eventually(() => Promise.resolve(expect(ear.heard.at(-1)).toBe('after')));
    }
    expect(ears).toMatchObject([{ gaps: 1 }, { gaps: 1 }]);
    for (const test of tests) await test.close();
  }, 60_000);

  it('are heard also when they are committed after others that were begun later', async () => {
    const test = await TestApp.start();
    const ear = listening(test);
    const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = test.app.get(Transactions, { strict: false }).run(async (tx) => {
      await tx.query(`INSERT INTO signals (sender, number, channel, payload)
        VALUES (gen_random_uuid(), 1, 'test', 'slow')`);
      begun.resolve();
      await end.promise;
    });
    await begun.promise;
    await signalsOf(test).send('test', 'fast');
    await eventually(() => Promise.resolve(expect(ear.heard).toEqual(['fast'])));
    await sleep(1_000);
    end.resolve();
    await slow;
    await eventually(() => Promise.resolve(expect(ear).toEqual({ heard: ['fast', 'slow'], gaps: 0 })));
  });

  it('may be lost for whoever has not looked for as long as they are kept', async () => {
    const test = await TestApp.start();
    let lateMs = 0;
    const query = async (text: string, values: unknown[]) => {
      const rows = await lifelineOf(test).query<{ nowMs: number }>(text, values);
      return rows.map((row) => ({ ...row, nowMs: row.nowMs + lateMs }));
    };
    const log = new PostgresSignalLog({ query } as unknown as Lifeline);
    expect(await log.read()).toMatchObject({ gap: false });
    lateMs = 50_000;
    expect(await log.read()).toMatchObject({ gap: false });
    lateMs += 60_000;
    expect(await log.read()).toMatchObject({ gap: true });
    expect(await log.read()).toMatchObject({ gap: false });
  });

  it('are read in pages that memory has room for', async () => {
    const test = await TestApp.start();
    const log = new PostgresSignalLog(lifelineOf(test));
    expect(await log.read()).toMatchObject({ signals: [] });
    const payload = 'x'.repeat(1_048_576);
    const sender = randomUUID();
    for (const number of [1, 2, 3]) await log.append([{ sender, number, channel: 'test', payload }]);
    for (const number of [1, 2, 3]) {
      const { signals, completeAt } = await log.read();
      // The application says something of its own when it starts.
      const mine = signals.filter((signal) => signal.sender === sender);
      expect(mine.map((signal) => signal.number)).toEqual([number]);
      expect(completeAt === undefined).toBe(number < 3);
    }
  });

  it('may be lost where more of them are missing than anybody can wait for', async () => {
    const test = await TestApp.start();
    const ear = listening(test);
    await sql(test.databaseUrl, `SELECT setval('signals_id_seq', 1000000000)`);
    await signalsOf(test).send('test', 'far away');
    await eventually(() => Promise.resolve(expect(ear).toEqual({ heard: ['far away'], gaps: 1 })));
  });

  it('are written many at once', async () => {
    const test = await TestApp.start();
    const [lifeline, ear] = [lifelineOf(test), listening(test)];
    let statements = 0;
    const query = lifeline.query.bind(lifeline);
    lifeline.query = (text, values) => {
      if (text.includes('INSERT INTO signals')) statements++;
      return query(text, values);
    };
    await Promise.all(numbers(1_000).map((text) => signalsOf(test).send('test', text)));
    await eventually(() => Promise.resolve(expect(ear.heard).toEqual(numbers(1_000))));
    expect(statements).toBeLessThanOrEqual(4);
  });

  it('are still sent by an instance that stops', async () => {
    const listener = await TestApp.start();
    const sender = await TestApp.start({ databaseUrl: listener.databaseUrl });
    const ear = listening(listener);
    const sent = Promise.all(numbers(2_000).map((text) => signalsOf(sender).send('test', text)));
    await sender.close();
    await sent;
    await eventually(() => Promise.resolve(expect(ear.heard).toEqual(numbers(2_000))));
  });
});
