import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { Meter } from '../../core/metering/meter.js';
import type { UserJob } from '../../core/user-jobs/user-job.entity.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { MeteredModule, MeteredWorker } from '../../../test/harness/metered.controller.js';
import { begin, jobsOf } from '../../../test/harness/metered-client.js';
import { AppProcess, METRICS, PRODUCTION } from '../../../test/harness/process.js';
import { freePort } from '../../../scripts/port.js';
import type { CreditsView } from './credit.dto.js';
import { reconcileCredits } from './credit-reconciliation.js';
import { StaleReservations } from './stale-reservations.js';

const LOST_SOON = { JOB_LOST_AFTER_MS: '2000', BILLING_SIGNUP_CREDITS: '10' };
const ALL = { balance: 10, reserved: 0 };

const credits = async (api: TestApp['api']) =>
  (await api.get<CreditsView & Record<string, unknown>>('/v1/billing/credits')).body;

const entriesOf = ({ databaseUrl }: TestApp, { organizationId }: Actor, reason: string) =>
  sql(databaseUrl, 'SELECT number FROM credit_entries WHERE organization_id = $1 AND reason = $2', [
    organizationId,
    reason,
  ]);

describe('what a job has reserved', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [MeteredModule], env: { ...METRICS.env, BILLING_SIGNUP_CREDITS: '10' } });
  });

  const run = <T>(work: (tx: Tx) => Promise<T>) => test.app.get(Transactions).run(work);

  it('is taken when it is done', async () => {
    const { actor, api } = await test.actor();
    const begun = await begin(api, { cost: 4 });
    expect(begun).toMatchObject({ status: 202, body: { creditsRemaining: 6 } });
    await eventually(async () => expect(await credits(api)).toEqual({ balance: 6, reserved: 0 }));
    expect(await entriesOf(test, actor, 'capture')).toHaveLength(1);
  });

  it('[R-58] #1 is nothing if what it needs is down, or what it was told is invalid', async () => {
    const TEST_UPSTREAM_URL = `http://127.0.0.1:${await freePort()}`;
    const env = { TEST_UPSTREAM_URL, BILLING_SIGNUP_CREDITS: '10' };
    const needy = await TestApp.start({ modules: [MeteredModule], env });
    const { actor, api } = await needy.actor();
    expect(await begin(api, { cost: 4 })).toMatchObject({ status: 503, body: { code: 'UPSTREAM_UNAVAILABLE' } });
    expect(await begin(api, { cost: 'much' })).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect(await credits(api)).toEqual(ALL);
    expect(await jobsOf(needy.databaseUrl, actor)).toEqual([]);
    expect(await entriesOf(needy, actor, 'reserve')).toEqual([]);
  });

  it('[R-58] #2 is back within five seconds after it failed midway, once, also if it is settled twice', async () => {
    const { actor, api } = await test.actor();
    expect(await begin(api, { cost: 4, ending: 'breaks' })).toMatchObject({ status: 202 });
    await eventually(async () => expect(await jobsOf(test.databaseUrl, actor)).toMatchObject([{ status: 'failed' }]));
    await eventually(async () => expect(await credits(api)).toEqual(ALL), 5_000);
    const [job] = await sql<UserJob>(
      test.databaseUrl,
      `SELECT organization_id AS "organizationId", user_id AS "userId", status, input FROM jobs WHERE organization_id = $1`,
      [actor.organizationId],
    );
    const again = Array.from({ length: 4 }, () => run((tx) => test.app.get(MeteredWorker).settle(tx, job!)));
    await Promise.all(again);
    expect(await entriesOf(test, actor, 'release')).toHaveLength(1);
    expect(await credits(api)).toEqual(ALL);
  });

  it('is back when it is cancelled', async () => {
    const { actor, api } = await test.actor();
    const { body } = await begin(api, { cost: 4, ending: 'hangs' });
    expect(await api.post(`/v1/jobs/${body.jobId}/cancel`)).toMatchObject({ body: { status: 'cancelled' } });
    expect(await credits(api)).toEqual(ALL);
    expect(await entriesOf(test, actor, 'release')).toHaveLength(1);
  });

  it('[R-58] #3 is back within the time of the reaper after its worker was killed', async () => {
    const desk = await TestApp.start({ modules: [MeteredModule], env: { ...LOST_SOON, JOBS_CONCURRENCY: '0' } });
    const { actor, api } = await desk.actor();
    const worker = await AppProcess.serve(
      { ...PRODUCTION, ...LOST_SOON, DATABASE_URL: desk.databaseUrl, NODE_ENV: 'test', DB_SSL_MODE: 'disable' },
      'test/fixtures/main-with-meter.js',
    );
    expect(await begin(api, { cost: 4, ending: 'hangs' })).toMatchObject({ status: 202 });
    await eventually(async () => expect(await jobsOf(desk.databaseUrl, actor)).toMatchObject([{ status: 'running' }]));
    worker.kill('SIGKILL');
    await worker.exit;
    expect(await credits(api)).toEqual({ balance: 6, reserved: 4 });
    await eventually(async () => expect(await credits(api)).toEqual(ALL), 60_000);
    expect(await entriesOf(desk, actor, 'release')).toHaveLength(1);
  }, 120_000);

  it('[R-58] #3 goes back by itself when nobody settles it, once, whichever instances look', async () => {
    const other = await TestApp.start({ databaseUrl: test.databaseUrl });
    const { actor, api } = await test.actor();
    const reference = `test:${randomUUID()}`;
    await run((tx) => test.app.get(Meter).reserve(tx, actor, { reference, amount: 3 }));
    await run((tx) => test.app.get(Meter).reserve(tx, actor, { reference: `${reference}:later`, amount: 2 }));
    expect(await credits(api)).toEqual({ balance: 5, reserved: 5 });
    await sql(
      test.databaseUrl,
      'UPDATE credit_reservations SET expires_at = now() WHERE organization_id = $1 AND reference = $2',
      [actor.organizationId, reference],
    );
    const reapers = [test, other].map((each) => each.app.get(StaleReservations));
    const released = await Promise.all([...reapers, ...reapers].map((reaper) => reaper.releaseAll()));
    // None, if one of those that look by themselves came first.
    expect(released.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(1);
    await eventually(async () => expect(await entriesOf(test, actor, 'release')).toHaveLength(1));
    expect(await credits(api)).toEqual({ balance: 8, reserved: 2 });
    expect(await run((tx) => test.app.get(Meter).capture(tx, actor, reference))).toBe(false);
    expect(await entriesOf(test, actor, 'release')).toHaveLength(1);
    expect((await reconcileCredits(test.app.get(DataSource).manager)).differences).toEqual([]);
  });

  it('goes back without anybody asking for it', async () => {
    const { actor, api } = await test.actor();
    const reference = `test:${randomUUID()}`;
    await run((tx) => test.app.get(Meter).reserve(tx, actor, { reference, amount: 3, expiresInSeconds: 1 }));
    await eventually(async () => expect(await credits(api)).toEqual(ALL), 45_000);
    expect(await METRICS.value(test, 'credit_reservations_expired_total')).toBeGreaterThan(0);
  }, 60_000);

  it('cannot be had again under the same reference once it went back', async () => {
    const { actor, api } = await test.actor();
    const cost = { reference: `test:${randomUUID()}`, amount: 3 };
    const meter = test.app.get(Meter);
    await run((tx) => meter.reserve(tx, actor, cost));
    await run((tx) => meter.release(tx, actor, cost.reference));
    await expect(run((tx) => meter.reserve(tx, actor, cost))).rejects.toThrow('went back');
    expect(await credits(api)).toEqual(ALL);
  });
});
