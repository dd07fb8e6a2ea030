import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { FaultProxy } from '../../../test/harness/fault-proxy.js';
import { MortalDatabase } from '../../../test/harness/mortal-database.js';
import { hasRedisServer, RedisServer } from '../../../test/harness/redis.js';
import { Lifeline } from '../database/lifeline.js';
import { Transactions } from '../database/transactions.js';
import { RedisConnections } from '../redis/redis-connections.js';
import { PostgresSignalLog } from './postgres-signal-log.js';
import { Signals } from './signals.js';

const signalsOf = (test: TestApp) => test.app.get(Signals, { strict: false });
const lifelineOf = (test: TestApp) => test.app.get(Lifeline, { strict: false });
const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n));

/** What the application hears from now on, and how often it has to forget everything. */
function listening(test: TestApp) {
  const ear = { heard: [] as string[], gaps: 0 };
  signalsOf(test).on('test', (payload) => ear.heard.push(payload));
  signalsOf(test).onGap(() => ear.gaps++);
  return ear;
}

const becomes = (inSync: boolean, ...tests: readonly TestApp[]) =>
  eventually(() => Promise.resolve(tests.forEach((test) => expect(signalsOf(test).inSync).toBe(inSync))));

/** Sends one after the other, until it is told to stop. */
function keepSending(test: TestApp): () => Promise<{ told: string[]; refused: number }> {
  const [told, stopping] = [[] as string[], new AbortController()];
  let refused = 0;
  const sending = (async () => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const text = `load ${n}`;
      await signalsOf(test)
        .send('test', text)
        .then(
          () => told.push(text),
          () => refused++,
        );
      await sleep(5);
    }
  })();
  return async () => {
    stopping.abort();
    await sending;
    return { told, refused };
  };
}

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
    const ears = tests.map(listening);
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

if (hasRedisServer) {
  describe('signals through a Redis that fails', () => {
    const twoBehind = async (redis: RedisServer) => {
      const first = await TestApp.start({ env: redis.env });
      return [first, await TestApp.start({ env: redis.env, databaseUrl: first.databaseUrl })] as const;
    };

    it('are told to be lost when it was killed under load, and go on', async () => {
      const redis = await RedisServer.start();
      const tests = await twoBehind(redis);
      const ears = tests.map(listening);
      const stop = keepSending(tests[0]);
      await sleep(200);
      await redis.kill();
      await becomes(false, ...tests);
      await redis.restart();
      await becomes(true, ...tests);
      await sleep(200);
      const { told } = await stop();
      expect(ears).toMatchObject([{ gaps: 1 }, { gaps: 1 }]);
      await signalsOf(tests[1]).send('test', 'after');
      for (const { heard } of ears) {
        await eventually(() => Promise.resolve(expect(heard.at(-1)).toBe('after')));
        expect(new Set(heard).size).toBe(heard.length);
        expect(heard.filter((text) => !told.includes(text))).toEqual(['after']);
      }
    });

    it('are not trusted while it hangs, and neither lost nor doubled', async () => {
      const redis = await RedisServer.start();
      const tests = await twoBehind(redis);
      const ears = tests.map(listening);
      await redis.freeze();
      const frozenAt = performance.now();
      const sent = signalsOf(tests[0]).send('test', 'to one that hangs');
      await becomes(false, ...tests);
      expect(performance.now() - frozenAt).toBeLessThan(1_500);
      await sleep(1_500);
      await redis.thaw();
      await sent;
      await becomes(true, ...tests);
      await sleep(500);
      expect(ears).toEqual(tests.map(() => ({ heard: ['to one that hangs'], gaps: 0 })));
    });

    it('are told to be lost when somebody has deleted them', async () => {
      const redis = await RedisServer.start();
      const [test] = await twoBehind(redis);
      const ear = listening(test);
      await test.app.get(RedisConnections, { strict: false }).ask((client) => client.flushall());
      await eventually(() => Promise.resolve(expect(ear.gaps).toBe(1)));
      await signalsOf(test).send('test', 'after');
      await eventually(() => Promise.resolve(expect(ear).toEqual({ heard: ['after'], gaps: 1 })));
    });

    it('are told to be lost when it comes back as it was a while ago', async () => {
      const redis = await RedisServer.start();
      const [test] = await twoBehind(redis);
      const ear = listening(test);
      await signalsOf(test).send('test', 'saved');
      await eventually(() => Promise.resolve(expect(ear.heard).toEqual(['saved'])));
      await test.app.get(RedisConnections, { strict: false }).ask((client) => client.save());
      await redis.kill();
      await redis.restart();
      await eventually(() => Promise.resolve(expect(ear.gaps).toBe(1)));
      await signalsOf(test).send('test', 'after');
      await eventually(() => Promise.resolve(expect(ear).toEqual({ heard: ['saved', 'after'], gaps: 1 })));
    });

    it('are not trusted by an instance that starts without it, until it is there', async () => {
      const redis = await RedisServer.start();
      await redis.kill();
      const test = await TestApp.start({ env: redis.env });
      const ear = listening(test);
      expect(signalsOf(test).inSync).toBe(false);
      expect(await test.api.get('/health/ready')).toMatchObject({
        status: 200,
        body: { status: 'degraded', checks: { redis: { status: 'down' } } },
      });
      await redis.restart();
      await becomes(true, test);
      expect(ear.gaps).toBe(1);
      await signalsOf(test).send('test', 'after');
      await eventually(() => Promise.resolve(expect(ear.heard).toEqual(['after'])));
      expect(await test.api.get('/health/ready')).toMatchObject({ body: { checks: { redis: { status: 'up' } } } });
    });
  });
}
