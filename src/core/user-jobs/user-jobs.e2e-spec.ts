import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { type TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { writing } from '../../../test/harness/reports.js';
import { becomes, begin, begun, type Body, read, startReports } from '../../../test/harness/reports-client.js';
import { connectAs, heardBy } from '../../../test/harness/sockets.js';
import { statementsOf } from '../../../test/harness/statements.js';
import { Inbox } from '../messaging/inbox.js';
import { Meter } from '../metering/meter.js';
import type { NotificationPage } from '../notifications/notification.dto.js';
import type { JobPage } from './user-job.dto.js';

describe('a job of a user', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startReports();
  });

  it('[R-75] #1 is accepted at once, and begun once however often it is asked for with one key', async () => {
    const { api, actor } = await test.actor();
    const started = Date.now();
    const [first, second] = await Promise.all([begin(api, { pages: 2 }, 'key-1'), begin(api, { pages: 2 }, 'key-1')]);
    expect(Date.now() - started).toBeLessThan(500);
    expect(first).toMatchObject({ status: 202, body: second.body });
    const { jobId, statusUrl, creditsRemaining } = first.body;
    const left = await test.app.get(Meter).left(test.app.get(DataSource).manager, actor);
    expect({ statusUrl, creditsRemaining }).toEqual({ statusUrl: `/v1/jobs/${jobId}`, creditsRemaining: left });
    await becomes(api, jobId, { status: 'succeeded', progress: 100, result: { pages: 2 }, error: null });
    expect((await api.get<Body<JobPage>>('/v1/jobs')).body.data).toHaveLength(1);
  });

  it('[R-71] is the only one of its kind that its user has: of twenty at once one is begun', async () => {
    const { api, actor } = await test.actor();
    const answers = await Promise.all(Array.from({ length: 20 }, () => begin(api, { pages: 1, pace: 2_000 })));
    const accepted = answers.filter(({ status }) => status === 202);
    const refused = answers.filter(({ status }) => status === 409);
    expect([accepted.length, refused.length]).toEqual([1, 19]);
    const jobId = accepted[0]?.body.jobId;
    for (const { body } of refused) expect(body).toMatchObject({ code: 'JOB_ALREADY_RUNNING', details: { jobId } });
    const rows = await sql(test.databaseUrl, 'SELECT id FROM jobs WHERE user_id = $1', [actor.userId]);
    expect(rows).toEqual([{ id: jobId }]);
    expect((await begin((await test.actor()).api, { pages: 1 })).status).toBe(202);
  });

  it('[R-73] #1 waits while ten others are worked on, and all of a hundred are done', async () => {
    const users = await Promise.all(Array.from({ length: 100 }, () => test.actor()));
    writing.most = 0;
    const ids = await Promise.all(users.map(({ api }) => begun(api, { pages: 1, pace: 50 })));
    await eventually(async () => {
      const rows = await sql(test.databaseUrl, `SELECT 1 FROM jobs WHERE id = ANY ($1) AND status = 'succeeded'`, [
        ids,
      ]);
      expect(rows).toHaveLength(100);
    }, 30_000);
    expect(writing.most).toBe(10);
  }, 60_000);

  it('that fails says why, at once and without internals', async () => {
    const { api } = await test.actor();
    const refused = await begun(api, { pages: 0, ending: 'refused' });
    await becomes(api, refused, { status: 'failed', error: { code: 'FORBIDDEN' } }, 5_000);
    const broken = await begun(api, { pages: 0, ending: 'breaks' });
    await becomes(api, broken, { status: 'failed', error: { code: 'JOB_FAILED' } }, 20_000);
    const { body } = await read(api, broken);
    expect(JSON.stringify(body)).not.toMatch(/printer|somebody|10\.1/);
    const [row] = await sql(test.databaseUrl, 'SELECT attempt, failures FROM jobs WHERE id = $1', [broken]);
    expect(row).toEqual({ attempt: 3, failures: 2 });
    const refunds = await sql(test.databaseUrl, 'SELECT status FROM test_refunds WHERE job_id = $1', [broken]);
    expect(refunds).toEqual([{ status: 'failed' }]);
  }, 60_000);

  it('[R-74] that fails is told to its user, by socket, in their list and by mail, unless they do not want mails', async () => {
    const inbox = test.app.get(Inbox);
    const told = async (api: ApiClient) => {
      const { body } = await api.get<Body<NotificationPage>>('/v1/notifications');
      return body.data.map(({ kind, text }) => ({ kind, text }));
    };
    const { api, actor } = await test.actor();
    const heard = heardBy(await connectAs(test.url, actor));
    const id = await begun(api, { pages: 0, ending: 'refused' });
    const error = { code: 'FORBIDDEN', message: 'Your role does not allow this.' };
    await eventually(() =>
      Promise.resolve(expect(heard).toContainEqual(['job.ended', expect.objectContaining({ id, error })])),
    );
    const text = 'Your role does not allow this.';
    await eventually(async () => expect(await told(api)).toEqual([{ kind: 'job.failed', text }]));
    const [user] = await sql<{ email: string }>(test.databaseUrl, 'SELECT email FROM users WHERE id = $1', [
      actor.userId,
    ]);
    await eventually(() =>
      Promise.resolve(
        expect(inbox.messages.filter(({ to }) => to === user?.email)).toMatchObject([
          { text: expect.stringContaining(text) as string },
        ]),
      ),
    );
    const quiet = await test.actor();
    await quiet.api.patch('/v1/users/me/preferences', { notifications: { email: false } });
    await begun(quiet.api, { pages: 0, ending: 'refused' });
    await eventually(async () => expect(await told(quiet.api)).toHaveLength(1));
    const mails = await sql(test.databaseUrl, 'SELECT 1 FROM outgoing_messages WHERE user_id = $1', [
      quiet.actor.userId,
    ]);
    expect(mails).toEqual([]);
  });

  it('[R-16] #1 leaves one entry in the audit log when it begins and when it is cancelled, with request and organization', async () => {
    const { api, actor } = await test.actor();
    const asked = (requestId: string) => api.with({ 'x-request-id': requestId });
    const id = await begun(asked('job-begun'), { pages: 1, pace: 60_000 });
    for (const again of ['job-cancelled', 'job-cancelled-again']) await asked(again).post(`/v1/jobs/${id}/cancel`);
    const entry = { organization_id: actor.organizationId, actor_id: actor.userId, target_type: 'job', target_id: id };
    const entries = await sql(test.databaseUrl, 'SELECT * FROM audit_log WHERE target_id = $1 ORDER BY id', [id]);
    expect(entries).toEqual([
      expect.objectContaining({ ...entry, action: 'job.begun', request_id: 'job-begun' }),
      expect.objectContaining({ ...entry, action: 'job.cancelled', request_id: 'job-cancelled' }),
    ]);
  });

  it('can be cancelled while it waits or runs, once, and what it was about to write is not written', async () => {
    const { api, actor } = await test.actor();
    const id = await begun(api, { pages: 50, pace: 200 });
    await becomes(api, id, { status: 'running' });
    expect(await api.post(`/v1/jobs/${id}/cancel`)).toMatchObject({ status: 200, body: { id, status: 'cancelled' } });
    expect(await api.post(`/v1/jobs/${id}/cancel`)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    const pages = () => sql(test.databaseUrl, 'SELECT page FROM test_report_pages WHERE job_id = $1', [id]);
    const written = await pages();
    await eventually(() => Promise.resolve(expect(writing.now).toBe(0)));
    expect(await pages()).toEqual(written);
    expect(await sql(test.databaseUrl, 'SELECT status FROM test_refunds WHERE job_id = $1', [id])).toHaveLength(1);
    const done = await begun(api, { pages: 0 });
    await becomes(api, done, { status: 'succeeded' });
    expect(await api.post(`/v1/jobs/${done}/cancel`)).toMatchObject({ status: 409, body: { code: 'JOB_ENDED' } });
    const told = await sql(test.databaseUrl, 'SELECT name FROM events WHERE organization_id = $1 ORDER BY id', [
      actor.organizationId,
    ]);
    expect(told).toEqual([{ name: 'job.cancelled' }, { name: 'job.succeeded' }]);
  });

  it('tells how far it is', async () => {
    const { api } = await test.actor();
    const id = await begun(api, { pages: 4, pace: 600 });
    const seen = new Set<number>();
    await eventually(async () => {
      const { progress, status } = (await read(api, id)).body;
      seen.add(progress);
      expect(status).toBe('succeeded');
    });
    expect([...seen].filter((progress) => progress > 0 && progress < 100).length).toBeGreaterThan(0);
  });

  it('is its user’s own, also among those of one organization', async () => {
    const { api } = await test.actor();
    const id = await begun(api, { pages: 0 });
    const stranger = (await test.actor()).api;
    expect((await read(stranger, id)).status).toBe(404);
    expect((await stranger.post(`/v1/jobs/${id}/cancel`)).status).toBe(404);
    const { body } = await stranger.get<Body<JobPage>>(`/v1/jobs?ids=${id}`);
    expect(body.data).toEqual([]);
  });

  it('[R-101] #2 is read with a hundred others in one statement, and not with more', async () => {
    const { api } = await test.actor();
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      ids.push(await begun(api, { pages: 0 }));
      await becomes(api, ids[count] ?? '', { status: 'succeeded' });
    }
    const sent = await statementsOf(test, async () => {
      const { body } = await api.get<Body<JobPage>>(`/v1/jobs?ids=${ids.join(',')}`);
      expect(body.data.map(({ id }) => id)).toEqual(ids.toReversed());
    });
    expect(sent.filter(({ text }) => /FROM "?jobs/.test(text)).length).toBe(1);
    const tooMany = Array.from({ length: 101 }, () => randomUUID()).join(',');
    expect(await api.get(`/v1/jobs?ids=${tooMany}`)).toMatchObject({ status: 400 });
  });

  it('costs who asks again nothing but headers while nothing has changed', async () => {
    const { api } = await test.actor();
    const id = await begun(api, { pages: 0 });
    await becomes(api, id, { status: 'succeeded' });
    for (const path of [`/v1/jobs/${id}`, '/v1/jobs']) {
      const { headers } = await api.get(path);
      const again = api.with({ 'if-none-match': headers.get('etag') ?? '' });
      expect(await again.get(path)).toMatchObject({ status: 304, body: '' });
    }
    await begun(api, { pages: 0 });
    const { headers } = await api.get('/v1/jobs');
    expect((await api.with({ 'if-none-match': headers.get('etag') ?? '' }).get('/v1/jobs')).status).not.toBe(404);
  });
});
