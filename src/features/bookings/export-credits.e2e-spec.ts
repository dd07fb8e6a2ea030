import type { Actor } from '../../core/access/actor.js';
import { Transactions } from '../../core/database/transactions.js';
import type { UserJob } from '../../core/user-jobs/user-job.entity.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import type { Environment } from '../../../test/harness/environment.js';
import { eventually } from '../../../test/harness/eventually.js';
import { jobsOf } from '../../../test/harness/metered-client.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { connectAs, heardBy } from '../../../test/harness/sockets.js';
import { published, type Sale } from './box-office.harness.js';
import { Exporting } from './export.job.js';
import { ask, beforeParts, haveBooked, jobBecomes, linesOf, readExport, readJob } from './exports.harness.js';
import { CREDITS, FakeMeterModule, movesOf, openFakeMeter } from './fake-meter.harness.js';

const COST = 3;
const COSTS = { BOOKINGS_EXPORT_CREDITS: String(COST) };
const LOST_SOON = { JOB_LOST_AFTER_MS: '2000' };
const FAILS = `RAISE EXCEPTION 'the disk of 10.1.2.3 is full'`;
const HANGS = 'PERFORM pg_sleep(60)';
const TAKES_A_WHILE = 'PERFORM pg_sleep(0.3)';
/** Bookings for five parts */
const MANY = 2_100;

async function started(env?: Environment): Promise<TestApp> {
  const test = await TestApp.start({ modules: [FakeMeterModule], env: { ...COSTS, ...env } });
  await openFakeMeter(test);
  return test;
}

/** @returns an event that many have booked */
async function sold(test: TestApp, organizer?: ApiClient): Promise<Sale> {
  const sale = await published(test, {}, organizer);
  const { actor } = await test.actor();
  await haveBooked(test, sale, actor, MANY);
  return sale;
}

const partsOf = ({ databaseUrl }: TestApp, id: string) =>
  sql<{ number: number }>(databaseUrl, 'SELECT number FROM booking_export_parts WHERE export_id = $1 ORDER BY number', [
    id,
  ]);

const isMidway = (test: TestApp, id: string) =>
  eventually(async () => expect((await partsOf(test, id)).length).toBeGreaterThan(0), 30_000);

describe('what an export costs', () => {
  let test: TestApp;
  let seller: Actor;
  let sale: Sale;
  beforeAll(async () => {
    test = await started();
  });
  beforeEach(async () => {
    await beforeParts(test, 'NULL');
    const { actor, api } = await test.actor();
    seller = actor;
    sale = await sold(test, api);
  });

  const movesBy = async ({ organizationId }: Actor) => {
    const by = 'SELECT move FROM test_credit_moves WHERE organization_id = $1 ORDER BY ctid';
    return (await sql<{ move: string }>(test.databaseUrl, by, [organizationId])).map(({ move }) => move);
  };

  it('[R-75] is taken off at once, and the answer says what is left', async () => {
    const [first, second] = await Promise.all([
      ask(sale.organizer, sale.id, 'key-1'),
      ask(sale.organizer, sale.id, 'key-1'),
    ]);
    const { jobId } = first.body;
    expect(first).toMatchObject({
      status: 202,
      body: { statusUrl: `/v1/jobs/${jobId}`, creditsRemaining: CREDITS - COST },
    });
    expect(second).toMatchObject({ status: 202, body: first.body });
    await jobBecomes(sale.organizer, jobId, { status: 'succeeded', progress: 100, result: { rows: MANY } });
    expect(await movesOf(test, jobId)).toEqual(['reserve', 'capture']);
  });

  it('is taken for good together with its success, and until then there is no file', async () => {
    await beforeParts(test, TAKES_A_WHILE);
    const { jobId } = (await ask(sale.organizer, sale.id)).body;
    await isMidway(test, jobId);
    expect(await readExport(sale.organizer, jobId)).toMatchObject({ status: 404 });
    await eventually(async () => {
      const { status, progress } = await readJob(sale.organizer, jobId);
      expect(status).toBe('running');
      expect(progress).toBeGreaterThan(0);
    });
    expect(await movesOf(test, jobId)).toEqual(['reserve']);
    await jobBecomes(sale.organizer, jobId, { status: 'succeeded', result: { rows: MANY } });
    expect(await movesOf(test, jobId)).toEqual(['reserve', 'capture']);
    expect(await readExport(sale.organizer, jobId)).toMatchObject({ status: 200, body: { rows: MANY } });
  });

  it('[R-58] #1 is nothing for what cannot begin', async () => {
    const { api } = await test.actor();
    expect(await ask(api, sale.id)).toMatchObject({ status: 404 });
    expect(await ask(api, 'no id')).toMatchObject({ status: 400 });
    expect(await movesBy(seller)).toEqual([]);
    for (let spent = 0; spent + COST <= CREDITS; spent += COST) {
      const { jobId } = (await ask(sale.organizer, sale.id)).body;
      await jobBecomes(sale.organizer, jobId, { status: 'succeeded' });
    }
    expect(await ask(sale.organizer, sale.id)).toMatchObject({
      status: 402,
      body: { code: 'INSUFFICIENT_CREDITS', details: { required: COST, available: 1 } },
    });
    expect(await movesBy(seller)).toHaveLength(6);
    expect(await jobsOf(test.databaseUrl, seller)).toHaveLength(3);
  });

  it('[R-58] #2 [R-74] is back within five seconds if it fails midway, once, and its user is told without internals', async () => {
    await beforeParts(test, FAILS);
    const heard = heardBy(await connectAs(test.url, seller));
    const { jobId } = (await ask(sale.organizer, sale.id)).body;
    const job = await jobBecomes(sale.organizer, jobId, { status: 'failed', error: { code: 'JOB_FAILED' } });
    expect(await movesOf(test, jobId)).toEqual(['reserve', 'release']);
    expect(JSON.stringify(job)).not.toMatch(/disk|10\.1/);
    const { error } = job;
    await eventually(() =>
      Promise.resolve(expect(heard).toContainEqual(['job.ended', expect.objectContaining({ id: jobId, error })])),
    );
    expect((await sale.organizer.get<{ data: object[] }>('/v1/notifications')).body.data).toMatchObject([
      { kind: 'job.failed' },
    ]);
    const row = { id: jobId, organizationId: seller.organizationId, status: 'failed' } as UserJob;
    const settle = () =>
      test.app.get(Transactions).run((tx) => test.app.get(Exporting, { strict: false }).settle(tx, row));
    await Promise.all(Array.from({ length: 4 }, settle));
    expect(await movesOf(test, jobId)).toEqual(['reserve', 'release']);
    expect(await partsOf(test, jobId)).toEqual([]);
    expect(await readExport(sale.organizer, jobId)).toMatchObject({ status: 404 });
  });

  it('is back when it is cancelled midway, once, and nothing of the file is left', async () => {
    await beforeParts(test, TAKES_A_WHILE);
    const { jobId } = (await ask(sale.organizer, sale.id)).body;
    await isMidway(test, jobId);
    const cancelled = await Promise.all(
      Array.from({ length: 3 }, () => sale.organizer.post(`/v1/jobs/${jobId}/cancel`)),
    );
    expect(cancelled.map(({ body }) => body.status)).toEqual(Array(3).fill('cancelled'));
    expect(await movesOf(test, jobId)).toEqual(['reserve', 'release']);
    expect(await partsOf(test, jobId)).toEqual([]);
    await beforeParts(test, 'NULL');
    const next = (await ask(sale.organizer, sale.id)).body;
    expect(next).toMatchObject({ creditsRemaining: CREDITS - COST });
    await jobBecomes(sale.organizer, next.jobId, { status: 'succeeded' });
    expect(await movesOf(test, jobId)).toEqual(['reserve', 'release']);
    expect(await partsOf(test, jobId)).toEqual([]);
  });

  it('[R-71] is taken once, if one user asks twenty times at once', async () => {
    await beforeParts(test, TAKES_A_WHILE);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(sale.organizer, sale.id)));
    const accepted = answers.filter(({ status }) => status === 202);
    const refused = answers.filter(({ status }) => status === 409);
    expect([accepted.length, refused.length]).toEqual([1, 19]);
    const jobId = String(accepted[0]?.body.jobId);
    for (const { body } of refused) expect(body).toMatchObject({ code: 'JOB_ALREADY_RUNNING', details: { jobId } });
    expect(await movesBy(seller)).toEqual(['reserve']);
    await jobBecomes(sale.organizer, jobId, { status: 'succeeded' });
  });

  it('is nothing where exports are free', async () => {
    const free = await started({ BOOKINGS_EXPORT_CREDITS: '0' });
    const given = await published(free);
    const { body } = await ask(given.organizer, given.id);
    expect(body).toMatchObject({ creditsRemaining: CREDITS });
    await jobBecomes(given.organizer, body.jobId, { status: 'succeeded' });
    expect(await movesOf(free, body.jobId)).toEqual([]);
    expect(await readExport(given.organizer, body.jobId)).toMatchObject({ status: 200 });
  });

  it('[R-73] is back when it takes too long, and its user can ask again', async () => {
    const hasty = await started({ JOB_TIMEOUT_MS: '2000' });
    const slow = await sold(hasty);
    await beforeParts(hasty, HANGS);
    const { jobId } = (await ask(slow.organizer, slow.id)).body;
    const { startedAt, endedAt } = await jobBecomes(slow.organizer, jobId, {
      status: 'failed',
      error: { code: 'TIMEOUT' },
    });
    const tookMs = Date.parse(endedAt ?? '') - Date.parse(startedAt ?? '');
    expect(tookMs).toBeGreaterThanOrEqual(1_990);
    expect(tookMs).toBeLessThan(6_000);
    expect(await movesOf(hasty, jobId)).toEqual(['reserve', 'release']);
    await beforeParts(hasty, 'NULL');
    const next = (await ask(slow.organizer, slow.id)).body;
    await jobBecomes(slow.organizer, next.jobId, { status: 'succeeded' });
  });
});

describe('an export whose worker is killed', () => {
  const startWorker = ({ databaseUrl }: TestApp) =>
    AppProcess.serve(
      { ...PRODUCTION, ...LOST_SOON, ...COSTS, DATABASE_URL: databaseUrl, NODE_ENV: 'test', DB_SSL_MODE: 'disable' },
      'src/features/bookings/main-with-fake-meter.harness.js',
    );

  /** Nobody works on it but the processes that the test starts. @returns its job, of which one part is written */
  async function killedMidway(desk: TestApp, { organizer, id }: Sale, failures: number): Promise<string> {
    await beforeParts(desk, TAKES_A_WHILE);
    const worker = await startWorker(desk);
    const { jobId } = (await ask(organizer, id)).body;
    await sql(desk.databaseUrl, 'UPDATE jobs SET failures = $2 WHERE id = $1', [jobId, failures]);
    await isMidway(desk, jobId);
    worker.kill('SIGKILL');
    await worker.exit;
    expect(await readJob(organizer, jobId)).toMatchObject({ status: 'running' });
    expect(await movesOf(desk, jobId)).toEqual(['reserve']);
    return jobId;
  }

  it('[R-72] is written by another, from the start, without a booking twice, and paid for once', async () => {
    const desk = await started({ ...LOST_SOON, JOBS_CONCURRENCY: '0' });
    const sale = await sold(desk);
    const jobId = await killedMidway(desk, sale, 0);
    await beforeParts(desk, 'NULL');
    await startWorker(desk);
    await jobBecomes(sale.organizer, jobId, { status: 'succeeded', result: { rows: MANY } }, 60_000);
    const { body } = await readExport(sale.organizer, jobId);
    const ids = linesOf((await desk.api.get<string>(body.downloadUrl)).body).map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([MANY, MANY]);
    expect(await movesOf(desk, jobId)).toEqual(['reserve', 'capture']);
    expect(await ask(sale.organizer, sale.id)).toMatchObject({ status: 202 });
  }, 120_000);

  it('[R-58] #3 for the last time gives the credits back, once', async () => {
    const desk = await started({ ...LOST_SOON, JOBS_CONCURRENCY: '0' });
    const sale = await sold(desk);
    const jobId = await killedMidway(desk, sale, 2);
    await jobBecomes(sale.organizer, jobId, { status: 'failed', error: { code: 'WORKER_LOST' } }, 60_000);
    expect(await movesOf(desk, jobId)).toEqual(['reserve', 'release']);
    expect(await partsOf(desk, jobId)).toEqual([]);
    expect(await ask(sale.organizer, sale.id)).toMatchObject({
      status: 202,
      body: { creditsRemaining: CREDITS - COST },
    });
  }, 120_000);
});
