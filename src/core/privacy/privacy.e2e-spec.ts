import { Injectable, Module } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { leaveTraces, newTraces } from '../../../test/harness/person-rows.js';
import type { Actor } from '../access/actor.js';
import { Transactions, type Tx } from '../database/transactions.js';
import { defineMail } from '../messaging/define-message.js';
import { html } from '../messaging/html.js';
import { Inbox } from '../messaging/inbox.js';
import { Mail } from '../messaging/mail.service.js';
import { defineUserJob } from '../user-jobs/define-user-job.js';
import type { JobView } from '../user-jobs/user-job.dto.js';
import type { UserJob } from '../user-jobs/user-job.entity.js';
import { type HandlesUserJob, UserJobHandler } from '../user-jobs/user-job-handler.decorator.js';
import { UserJobs } from '../user-jobs/user-jobs.service.js';
import { Erasure } from './erasure.service.js';
import { PersonalData } from './personal-data.js';
import type { ArchiveView, ExportPage } from './personal-export.dto.js';

type Body<T> = T & Record<string, unknown>;
class Nothing {}

const endless = defineUserJob('test-privacy.wait', Nothing, Nothing);
const greeting = defineMail('test-privacy.greeting', () => ({ subject: 'Hello', html: html`<p>Hello</p>` }));
const settled: string[] = [];

@Injectable()
@UserJobHandler(endless)
class Waiting implements HandlesUserJob<Nothing, Nothing> {
  handle = (): Promise<Nothing> => new Promise(() => undefined);
  settle = (_: Tx, { id, status }: UserJob): Promise<void> => Promise.resolve(void settled.push(`${id} ${status}`));
}

@Module({ providers: [Waiting] })
class WaitingModule {}

describe('what is known of people', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [WaitingModule] });
  });

  const run = <Row extends object>(statement: string, values: unknown[] = []) =>
    sql<Row>(test.databaseUrl, statement, values);
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>) => test.app.get(Transactions).run(work);
  const erase = (actor: Actor) => inTransaction((tx) => test.app.get(Erasure).erase(tx, actor));

  it('[R-107] is collected by a job, and can be fetched by them alone, for a week', async () => {
    const [{ actor, api }, { api: stranger }] = [await test.actor(), await test.actor()];
    const traces = newTraces();
    await leaveTraces(test.databaseUrl, actor, traces);
    const { status, body } = await api.post<{ jobId: string }>('/v1/users/me/export');
    expect(status).toBe(202);
    let exportUrl = '';
    await eventually(async () => {
      const job = (await api.get<Body<JobView>>(`/v1/jobs/${body.jobId}`)).body;
      expect(job).toMatchObject({ status: 'succeeded' });
      exportUrl = (job.result as { exportUrl: string }).exportUrl;
    });
    const archive = await api.get<Body<ArchiveView>>(exportUrl);
    expect(archive).toMatchObject({ status: 200, body: { id: body.jobId } });
    expect(archive.body.content).toMatchObject({
      users: [{ id: actor.userId, email: traces.email, name: traces.name }],
      sessions: [{ user_agent: traces.userAgent, address: traces.address }],
      memberships: expect.arrayContaining([expect.objectContaining({ role: 'owner' })]) as unknown,
    });
    expect(Date.parse(archive.body.expiresAt) - Date.parse(archive.body.createdAt)).toBeCloseTo(7 * 86_400_000, -4);
    expect((await api.get<Body<ExportPage>>('/v1/users/me/exports')).body.data.map(({ id }) => id)).toContain(
      body.jobId,
    );
    expect(await stranger.get(exportUrl)).toMatchObject({ status: 404 });
    await run('UPDATE personal_exports SET expires_at = now() WHERE id = $1', [body.jobId]);
    expect(await api.get(exportUrl)).toMatchObject({ status: 404 });
  });

  it('is collected three times a day', async () => {
    const { api } = await test.actor();
    const begin = async () => (await api.post('/v1/users/me/export')).status;
    for (let time = 0; time < 3; time++) {
      await eventually(async () =>
        expect((await api.get<Body<ExportPage>>('/v1/users/me/exports')).body.data).toHaveLength(time),
      );
      await eventually(async () =>
        expect(
          (await api.get<{ data: JobView[] } & Body<object>>('/v1/jobs')).body.data.every(
            ({ endedAt }) => endedAt !== null,
          ),
        ).toBe(true),
      );
      expect(await begin()).toBe(202);
    }
    expect(await begin()).toBe(429);
  });

  it('is replaced in what others keep, where it is their address, their name or their id that leads there', async () => {
    const [{ actor }, { actor: colleague }] = [await test.actor(), await test.actor()];
    const { email, name } = newTraces();
    await run('UPDATE users SET email = $2, name = $3 WHERE id = $1', [actor.userId, email, name]);
    const payload = { userId: actor.userId, email, name, more: [{ name, to: `x${email}`, cc: `${email}.uk` }] };
    const notify = (title: string, text: string) =>
      run(
        `INSERT INTO notifications (id, organization_id, user_id, kind, title, text)
         VALUES ($1, $2, $3, 'test.done', $4, $5)`,
        [randomUUID(), colleague.organizationId, colleague.userId, title, text],
      );
    await notify(`${name} has joined`, `They are ${name} (${email}). Their ${name}s stay.`);
    await run(`INSERT INTO events (id, organization_id, name, payload) VALUES ($1, $2, 'test.joined', $3)`, [
      randomUUID(),
      colleague.organizationId,
      payload,
    ]);
    await erase(actor);
    expect(await run('SELECT title, text FROM notifications WHERE user_id = $1', [colleague.userId])).toEqual([
      {
        title: 'Deleted user has joined',
        text: `They are Deleted user (deleted-user@erased.invalid). Their ${name}s stay.`,
      },
    ]);
    expect(await run('SELECT payload FROM events WHERE organization_id = $1', [colleague.organizationId])).toEqual([
      {
        payload: {
          userId: actor.userId,
          email: 'deleted-user@erased.invalid',
          name: 'Deleted user',
          more: [{ name: 'Deleted user', to: `x${email}`, cc: `${email}.uk` }],
        },
      },
    ]);
  });

  it('ends with their jobs, which are cancelled and settled', async () => {
    const { actor } = await test.actor();
    const { jobId } = await inTransaction((tx) => test.app.get(UserJobs).begin(tx, actor, endless, {}));
    await eventually(async () =>
      expect(await run('SELECT status FROM jobs WHERE id = $1', [jobId])).toEqual([{ status: 'running' }]),
    );
    await erase(actor);
    expect(settled).toContain(`${jobId} cancelled`);
    expect(await run('SELECT FROM jobs WHERE user_id = $1', [actor.userId])).toEqual([]);
  });

  it('is not sent to them any more, nor to their address', async () => {
    const { actor } = await test.actor();
    const [user] = await run<{ email: string }>('SELECT email FROM users WHERE id = $1', [actor.userId]);
    const address = user!.email;
    const mail = test.app.get(Mail);
    await inTransaction(async (tx) => {
      await mail.send(tx, { userId: actor.userId }, greeting, {});
      await mail.send(tx, { address }, greeting, {});
      await mail.send(tx, { address: `x${address}` }, greeting, {});
      await test.app.get(Erasure).erase(tx, actor);
    });
    const addressees = () => Promise.resolve(test.app.get(Inbox).messages.map(({ to }) => to));
    await eventually(async () => expect(await addressees()).toContain(`x${address}`));
    const left = () => run('SELECT FROM outgoing_messages WHERE user_id IS NULL OR user_id = $1', [actor.userId]);
    await eventually(async () => expect(await left()).toEqual([]));
    expect(await addressees()).not.toContain(address);
  });

  it('is all there still if the erasure fails', async () => {
    const { actor } = await test.actor();
    await leaveTraces(test.databaseUrl, actor, newTraces());
    const rows = () =>
      run('SELECT * FROM users LEFT JOIN sessions ON user_id = users.id WHERE users.id = $1', [actor.userId]);
    const before = await rows();
    const failing = inTransaction(async (tx) => {
      await test.app.get(Erasure).erase(tx, actor);
      throw new Error('the power fails');
    });
    await expect(failing).rejects.toThrow('the power fails');
    expect(await rows()).toEqual(before);
  });

  it('is declared once for each table', () => {
    const personalData = test.app.get(PersonalData);
    expect(() => personalData.declare({ table: 'users', tells: [] })).toThrow('declared twice');
  });
});
