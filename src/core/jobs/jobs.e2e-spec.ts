import { Injectable, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { Transactions } from '../database/transactions.js';
import { inContext, RequestContext } from '../http/request-context.js';
import { defineJob } from './define-job.js';
import { PermanentFailure } from './job.errors.js';
import { type Handles, JobHandler, type Run } from './job-handler.decorator.js';
import { Jobs } from './jobs.service.js';
import { Queues } from './queues.js';

class Greeting {
  name: string;
}

const greet = defineJob('greeting.say', Greeting, { retries: 2, backoffSeconds: 1, timeoutSeconds: 2 });
const sing = defineJob('greeting.sing', Greeting, { timeoutSeconds: 60 });
const stray = defineJob('greeting.lose', Greeting);

/** What each test lets the handler do, by the name that it greets. */
const scripts = new Map<string, (run: Run, dataSource: DataSource) => Promise<unknown>>();
const greeted: { name: string; attempt: number; by: object }[] = [];

@Injectable()
@JobHandler(greet)
class Greeter implements Handles<Greeting> {
  constructor(private readonly dataSource: DataSource) {}

  async handle({ name }: Greeting, run: Run): Promise<void> {
    greeted.push({ name, attempt: run.attempt, by: this });
    await scripts.get(name)?.(run, this.dataSource);
  }
}

@Injectable()
@JobHandler(sing)
class Singer extends Greeter {}

@Module({ providers: [Greeter, Singer] })
class GreetingModule {}

const attemptsAt = (name: string) => greeted.filter((one) => one.name === name).map(({ attempt }) => attempt);

const enqueue = (test: TestApp, name: string, kind = greet) =>
  test.app.get(Transactions).run((tx) => test.app.get(Jobs).enqueue(tx, kind, { name }));

interface Row {
  readonly name: string;
  readonly state: string;
  readonly retry_count: number;
  readonly output: unknown;
}

const rowsOf = (test: TestApp, name: string) =>
  sql<Row>(
    test.databaseUrl,
    `SELECT name, state::text, retry_count, output FROM pgboss.job WHERE data->'payload'->>'name' = $1 ORDER BY name`,
    [name],
  );

describe('a background job', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [GreetingModule] });
  });

  it('is done after the commit that asks for it, at once, and never without', async () => {
    const started = Date.now();
    await enqueue(test, 'committed');
    await eventually(async () => expect(await rowsOf(test, 'committed')).toMatchObject([{ state: 'completed' }]));
    expect(Date.now() - started).toBeLessThan(1_500);
    const lost = test.app.get(Transactions).run(async (tx) => {
      await test.app.get(Jobs).enqueue(tx, greet, { name: 'rolled back' });
      throw new Error('the guest left');
    });
    await expect(lost).rejects.toThrow('the guest left');
    expect(await rowsOf(test, 'rolled back')).toEqual([]);
    expect(attemptsAt('committed')).toEqual([1]);
  });

  it('is tried again when it fails, and then lies with the dead letters, which nobody works on', async () => {
    scripts.set('unlucky', () => Promise.reject(new Error('no voice for somebody@example.org')));
    await enqueue(test, 'unlucky');
    await eventually(async () => {
      expect(await rowsOf(test, 'unlucky')).toMatchObject([
        { name: 'greeting.say', state: 'failed', retry_count: 2 },
        { name: 'greeting.say/dead', state: 'created' },
      ]);
    }, 30_000);
    expect(attemptsAt('unlucky')).toEqual([1, 2, 3]);
  }, 60_000);

  it('is not tried again when it says that this would not help', async () => {
    scripts.set('hopeless', () => Promise.reject(new PermanentFailure('there is nobody of that name')));
    await enqueue(test, 'hopeless');
    await eventually(async () =>
      expect(await rowsOf(test, 'hopeless')).toMatchObject([{ state: 'failed' }, { name: 'greeting.say/dead' }]),
    );
    expect(attemptsAt('hopeless')).toEqual([1]);
  });

  it('is ended when it takes too long, with what it does on the database', async () => {
    let signalled = false;
    scripts.set('slow', async ({ signal, attempt }, dataSource) => {
      if (attempt > 1) return;
      signal.addEventListener('abort', () => (signalled = true));
      await dataSource.query('SELECT pg_sleep(60)');
    });
    await enqueue(test, 'slow');
    await eventually(async () => expect(await rowsOf(test, 'slow')).toMatchObject([{ state: 'completed' }]), 20_000);
    expect(signalled).toBe(true);
    const sleeping = await sql(
      test.databaseUrl,
      `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state = 'active' AND pid <> pg_backend_pid()`,
    );
    expect(sleeping).toEqual([]);
  }, 30_000);

  it('goes on with the request that asked for it: its id is in the row', async () => {
    const id = await inContext(new RequestContext('request-of-a-job'), () => enqueue(test, 'traced'));
    const [row] = await sql<{ id: string }>(
      test.databaseUrl,
      `SELECT data->>'requestId' AS id FROM pgboss.job WHERE id = $1`,
      [id],
    );
    expect(row).toEqual({ id: 'request-of-a-job' });
  });

  it('is refused when nobody does its kind, or it is too much to keep', async () => {
    await expect(enqueue(test, 'nobody', stray)).rejects.toThrow('No provider has @JobHandler for greeting.lose');
    await expect(enqueue(test, 'x'.repeat(65_536))).rejects.toThrow('larger than 65536 bytes');
  });

  it('has one name, said once, of a thing and what is done', () => {
    expect(() => defineJob('greeting.say', Greeting)).toThrow('declared twice');
    expect(() => defineJob('Greet', Greeting)).toThrow('not named as thing.done');
  });

  it('finds in the database the schema that pg-boss expects', async () => {
    expect(await test.app.get(Queues).boss.detectSchemaDrift()).toMatchObject({});
  });
});

describe('of two instances', () => {
  it('one does each job, whoever asks for it', async () => {
    const one = await TestApp.start({ modules: [GreetingModule] });
    const other = await TestApp.start({ modules: [GreetingModule], databaseUrl: one.databaseUrl });
    const names = Array.from({ length: 60 }, (_, index) => `guest ${index}`);
    await Promise.all(names.map((name, index) => enqueue(index % 2 ? one : other, name)));
    await eventually(() => {
      for (const name of names) expect(attemptsAt(name)).toEqual([1]);
      return Promise.resolve();
    }, 30_000);
    expect(new Set(greeted.filter(({ name }) => names.includes(name)).map(({ by }) => by)).size).toBe(2);
  }, 60_000);

  it('the one that stops gives back what it has begun, and the other does it without an attempt lost', async () => {
    const one = await TestApp.start({ modules: [GreetingModule] });
    const began = Promise.withResolvers<void>();
    scripts.set('interrupted', ({ signal }) => {
      began.resolve();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('so suddenly'))));
    });
    await enqueue(one, 'interrupted', sing);
    await began.promise;
    const other = await TestApp.start({ modules: [GreetingModule], databaseUrl: one.databaseUrl });
    scripts.delete('interrupted');
    await one.app.close();
    await eventually(async () =>
      expect(await rowsOf(other, 'interrupted')).toMatchObject([{ state: 'completed', retry_count: 0 }]),
    );
    expect(attemptsAt('interrupted')).toEqual([1, 1]);
  }, 30_000);
});
