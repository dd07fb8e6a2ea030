import { TestApp } from '../../../test/harness/app.js';
import { sql, whileLocked } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { METRICS } from '../../../test/harness/process.js';
import { Transactions } from '../database/transactions.js';
import { Jobs } from '../jobs/jobs.service.js';
import { Retention } from './retention.js';
import { sweepExpired } from './sweep.js';

/** Rows of which all but 5 have expired. */
const seed = (test: TestApp, rows: number) =>
  sql(
    test.databaseUrl,
    `INSERT INTO idempotency_keys (scope, key, fingerprint, response, expires_at)
     SELECT 'test', n::text, sha256('x'), '{}', now() + (CASE WHEN n <= 5 THEN 1 ELSE -1 END) * interval '1 hour'
       FROM generate_series(1, $1::int) n`,
    [rows + 5],
  );

const left = async (test: TestApp) => (await sql(test.databaseUrl, 'SELECT key FROM idempotency_keys')).length;

const trigger = (test: TestApp) =>
  test.app.get(Transactions).run((tx) => test.app.get(Jobs).enqueue(tx, sweepExpired, {}));

describe('what has expired', () => {
  it('[R-31] #2 is deleted a thousand rows at a time by a job, which finds nothing the second time', async () => {
    const test = await TestApp.start({ env: METRICS.env });
    await seed(test, 2_500);
    const deleted = () => METRICS.value(test, 'cleanup_deleted_total', 'table="idempotency_keys"');
    await trigger(test);
    await eventually(async () => expect(await left(test)).toBe(5));
    await eventually(async () => expect(await deleted()).toBe(2_500));
    expect(await test.app.get(Retention).sweep('idempotency_keys')).toBe(0);
    expect(await deleted()).toBe(2_500);
  });

  it('goes from every other table when one of them cannot be swept, which is counted', async () => {
    const test = await TestApp.start({ env: { ...METRICS.env, DB_STATEMENT_TIMEOUT_MS: '500' } });
    await seed(test, 10);
    await whileLocked(test.databaseUrl, 'events', () => test.app.get(Retention).sweepAll());
    expect(await left(test)).toBe(5);
    expect(await METRICS.value(test, 'cleanup_failures_total', 'table="events"')).toBe(1);
    expect(await test.app.get(Retention).sweep('events')).toBe(0);
  });
});
