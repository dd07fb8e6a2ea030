import { setTimeout as sleep } from 'node:timers/promises';
import { type TestApp } from '../../../test/harness/app.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { begun, read, startReports } from '../../../test/harness/reports-client.js';
import { type Tx, Transactions } from '../database/transactions.js';
import { FencedRun } from './fenced-run.js';
import type { UserJob } from './user-job.entity.js';
import { Superseded } from './user-job.errors.js';

const LOST_SOON = { JOB_LOST_AFTER_MS: '2000' };

/** Nobody works on jobs but the processes that a test starts; this one takes and shows them. */
const startDesk = () => startReports({ ...LOST_SOON, JOBS_CONCURRENCY: '0' });

const startWorker = ({ databaseUrl }: TestApp) =>
  AppProcess.serve(
    { ...PRODUCTION, ...LOST_SOON, DATABASE_URL: databaseUrl, NODE_ENV: 'test', DB_SSL_MODE: 'disable' },
    'test/fixtures/main-with-reports.js',
  );

const statusOf = async (api: ApiClient, id: string) => (await read(api, id)).body.status;

const pagesOf = ({ databaseUrl }: TestApp, id: string) =>
  sql<{ page: number; process: number }>(
    databaseUrl,
    'SELECT page, process FROM test_report_pages WHERE job_id = $1 ORDER BY ctid',
    [id],
  );

describe('a worker', () => {
  it('[R-72] that is killed loses its job to another, and the user is not locked out', async () => {
    const desk = await startDesk();
    const { api } = await desk.actor();
    const worker = await startWorker(desk);
    const id = await begun(api, { pages: 10, pace: 300 });
    await eventually(async () => expect((await pagesOf(desk, id)).length).toBeGreaterThan(0));
    worker.kill('SIGKILL');
    await worker.exit;
    expect(await statusOf(api, id)).toBe('running');
    await startWorker(desk);
    await eventually(async () => expect(await statusOf(api, id)).toBe('succeeded'), 30_000);
    const [row] = await sql(desk.databaseUrl, 'SELECT attempt, failures FROM jobs WHERE id = $1', [id]);
    expect(row).toEqual({ attempt: 2, failures: 1 });
    const next = await begun(api, { pages: 0 });
    await eventually(async () => expect(await statusOf(api, next)).toBe('succeeded'));
  }, 60_000);

  it('that is killed each time leaves a job that has failed, and is paid back once', async () => {
    const desk = await startDesk();
    const { api } = await desk.actor();
    const id = await begun(api, { pages: 100, pace: 300 });
    for (let attempt = 1; attempt <= 3; attempt++) {
      const worker = await startWorker(desk);
      await eventually(async () => {
        const [row] = await sql<{ attempt: number }>(desk.databaseUrl, 'SELECT attempt FROM jobs WHERE id = $1', [id]);
        expect(row?.attempt).toBe(attempt);
      }, 20_000);
      worker.kill('SIGKILL');
      await worker.exit;
    }
    await eventually(async () => expect(await statusOf(api, id)).toBe('failed'), 20_000);
    const refunds = await sql(desk.databaseUrl, 'SELECT status FROM test_refunds WHERE job_id = $1', [id]);
    expect(refunds).toEqual([{ status: 'failed' }]);
  }, 90_000);

  it('that was paused commits nothing when it wakes up and another has begun its job anew', async () => {
    const desk = await startDesk();
    const { api } = await desk.actor();
    const sleeper = await startWorker(desk);
    const id = await begun(api, { pages: 20, pace: 200 });
    await eventually(async () => expect((await pagesOf(desk, id)).length).toBeGreaterThan(0));
    sleeper.kill('SIGSTOP');
    const other = await startWorker(desk);
    await eventually(async () => {
      const pages = await pagesOf(desk, id);
      expect(pages.some(({ process }) => process === other.pid)).toBe(true);
    }, 30_000);
    sleeper.kill('SIGCONT');
    await eventually(async () => expect(await statusOf(api, id)).toBe('succeeded'), 30_000);
    await sleep(500);
    const pages = await pagesOf(desk, id);
    const takenOver = pages.findIndex(({ process }) => process === other.pid);
    expect(pages.slice(takenOver).every(({ process }) => process === other.pid)).toBe(true);
    expect(pages.slice(takenOver)).toHaveLength(20);
    expect(sleeper.exited).toBe(false);
  }, 90_000);

  it('of whose job there is a newer attempt can neither commit nor tell how far it is', async () => {
    const desk = await startDesk();
    const { api } = await desk.actor();
    const id = await begun(api, { pages: 1 });
    await sql(desk.databaseUrl, `UPDATE jobs SET status = 'running', attempt = 2, heartbeat_at = now() WHERE id = $1`, [
      id,
    ]);
    const [job] = await sql<UserJob>(
      desk.databaseUrl,
      'SELECT id, organization_id AS "organizationId", user_id AS "userId" FROM jobs WHERE id = $1',
      [id],
    );
    const run = (attempt: number) =>
      new FencedRun(desk.app.get(Transactions), { ...job!, attempt }, new AbortController().signal);
    const write = (tx: Tx) => tx.query('INSERT INTO test_report_pages VALUES ($1, 1, 0)', [id]);
    await expect(run(1).transaction(write)).rejects.toThrow(Superseded);
    await run(1).progress(90);
    expect(await pagesOf(desk, id)).toEqual([]);
    await run(2).transaction(write);
    await run(2).progress(50);
    expect(await pagesOf(desk, id)).toHaveLength(1);
    const [row] = await sql(desk.databaseUrl, 'SELECT progress FROM jobs WHERE id = $1', [id]);
    expect(row).toEqual({ progress: 50 });
  });
});
