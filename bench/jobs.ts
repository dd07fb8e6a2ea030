import { PgBoss } from 'pg-boss';
import { databaseUrl } from './aerie.ts';
import { atTheEnd } from './cleanup.ts';
import { type Measurement, median } from './measurement.ts';
import { type App, classOf, inLanes, people, startApp, type Transactions, type Tx } from './platform-app.ts';

const BATCH = 50;
const LANES = 10;

class Payload {}

/** Counts what is done, and tells when it is all. */
class Counter {
  private left = 0;
  private finished = () => {};

  done(count = 1): void {
    this.left -= count;
    if (this.left === 0) this.finished();
  }

  /** @returns how many a second, from the first request to the end of the last job */
  async rate(jobs: number, enqueue: () => Promise<void>): Promise<number> {
    this.left = jobs;
    const all = new Promise<void>((resolve) => (this.finished = resolve));
    const started = performance.now();
    await enqueue();
    await all;
    return jobs / ((performance.now() - started) / 1_000);
  }
}

type Round = () => Promise<number>;

export const jobs: Measurement = {
  title: `Jobs a second, from enqueuing in a transaction to done, ${BATCH} at a time`,
  pinned: false,
  async run({ quick, rounds }) {
    const count = quick ? 500 : 3_000;
    const counters = { direct: new Counter(), background: new Counter(), ofUsers: new Counter() };
    const kinds = await defineKinds(counters.background, counters.ofUsers);
    const app = await startApp(kinds.providers, {
      JOBS_CONCURRENCY: String(BATCH),
      JOBS_MAX_QUEUED: '1000000',
      DB_POOL_MAX: '20',
    });
    const competitors: Record<keyof typeof counters, Round> = {
      direct: await direct(counters.direct, count),
      background: await background(app, kinds.background, counters.background, count),
      ofUsers: await ofUsers(app, kinds.ofUsers, counters.ofUsers, count),
    };
    const rates: Record<string, number[]> = { direct: [], background: [], ofUsers: [] };
    for (let round = 0; round <= rounds; round++) {
      for (const [name, run] of Object.entries(competitors)) {
        const rate = await run();
        // The first round warms everything up.
        if (round > 0) rates[name]?.push(rate);
      }
    }
    const of = (name: keyof typeof counters) => median(rates[name] ?? []);
    return {
      raw: rates,
      findings: [
        { what: 'pg-boss by itself', value: of('direct'), unit: 'jobs/s' },
        { what: 'background jobs', value: of('background'), unit: 'jobs/s' },
        {
          what: 'kept, background',
          value: of('background') / of('direct'),
          unit: 'of pg-boss',
          target: { atLeast: 0.6 },
        },
        { what: 'jobs of users', value: of('ofUsers'), unit: 'jobs/s' },
        { what: 'kept, of users', value: of('ofUsers') / of('direct'), unit: 'of pg-boss', target: { atLeast: 0.3 } },
      ],
    };
  },
};

async function defineKinds(inBackground: Counter, byUsers: Counter) {
  type Define = (name: string, ...rest: unknown[]) => { name: string };
  type Decorate = (kind: object) => (handler: object) => void;
  const background = (await classOf<Define>('src/core/jobs/define-job.js', 'defineJob'))('bench.work', Payload, {
    concurrency: BATCH,
  });
  const ofUsers = (await classOf<Define>('src/core/user-jobs/define-user-job.js', 'defineUserJob'))(
    'bench.user-work',
    Payload,
    Payload,
    { notifies: false },
  );
  class Worker {
    async handle(): Promise<void> {
      await Promise.resolve();
      inBackground.done();
    }
  }
  class UserWorker {
    handle(): Promise<object> {
      return Promise.resolve({});
    }

    /** In the transaction that ends the job: it is done a moment later, for all of them alike. */
    settle(): Promise<void> {
      byUsers.done();
      return Promise.resolve();
    }
  }
  (await classOf<Decorate>('src/core/jobs/job-handler.decorator.js', 'JobHandler'))(background)(Worker);
  (await classOf<Decorate>('src/core/user-jobs/user-job-handler.decorator.js', 'UserJobHandler'))(ofUsers)(UserWorker);
  return { background, ofUsers, providers: [Worker, UserWorker] };
}

/** As its documentation shows it: its own pool, its own statements, the same batches. */
async function direct(counter: Counter, count: number): Promise<Round> {
  const boss = new PgBoss({ connectionString: await databaseUrl(), schema: 'bench', max: 20 });
  await boss.start();
  atTheEnd(() => boss.stop({ graceful: false }));
  await boss.createQueue('work');
  await boss.work(
    'work',
    { batchSize: BATCH, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
    (batch: unknown[]) => Promise.resolve(counter.done(batch.length)),
  );
  const items = Array.from({ length: count }, (_, index) => ({ index }));
  return () => counter.rate(count, () => inLanes(LANES, items, (item) => boss.send('work', item)));
}

async function background(app: App, kind: object, counter: Counter, count: number): Promise<Round> {
  interface Jobs {
    enqueue(tx: Tx, kind: object, payload: object): Promise<string>;
  }
  const service = app.get<Jobs>(await classOf('src/core/jobs/jobs.service.js', 'Jobs'));
  const transactions = app.get<Transactions>(await classOf('src/core/database/transactions.js', 'Transactions'));
  const items = Array.from({ length: count }, (_, index) => ({ index }));
  return () =>
    counter.rate(count, () =>
      inLanes(LANES, items, (item) => transactions.run((tx) => service.enqueue(tx, kind, item))),
    );
}

async function ofUsers(app: App, kind: object, counter: Counter, count: number): Promise<Round> {
  interface UserJobs {
    begin(tx: Tx, actor: object, kind: object, input: object): Promise<object>;
  }
  const service = app.get<UserJobs>(await classOf('src/core/user-jobs/user-jobs.service.js', 'UserJobs'));
  const transactions = app.get<Transactions>(await classOf('src/core/database/transactions.js', 'Transactions'));
  return async () => {
    // Each of them may have one at a time.
    const actors = await people(transactions, count);
    return counter.rate(count, () =>
      inLanes(LANES, actors, (actor) => transactions.run((tx) => service.begin(tx, actor, kind, {}))),
    );
  };
}
