import { Injectable, Module } from '@nestjs/common';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { connectAs, heardBy } from '../../../test/harness/sockets.js';
import { eventually } from '../../../test/harness/eventually.js';
import type { Actor } from '../access/actor.js';
import { Transactions } from '../database/transactions.js';
import { defineJob } from '../jobs/define-job.js';
import { type Handles, JobHandler } from '../jobs/job-handler.decorator.js';
import { Jobs } from '../jobs/jobs.service.js';
import { Inbox } from '../messaging/inbox.js';
import type { NotificationPage } from './notification.dto.js';
import { type Addressee, Notifications } from './notifications.service.js';

type Page = NotificationPage & Record<string, unknown>;

const FAILED = { kind: 'job.failed', title: 'The export failed', text: 'The file was empty.' };

class Export {
  userId: string;
  organizationId: string;
}

const runExport = defineJob('test.export', Export);

/** Work whose end somebody wants to know. */
@Injectable()
@JobHandler(runExport)
class Exports implements Handles<Export> {
  constructor(
    private readonly transactions: Transactions,
    private readonly notifications: Notifications,
  ) {}

  handle(owner: Export): Promise<void> {
    return this.transactions.run((tx) => this.notifications.notify(tx, owner, FAILED));
  }
}

@Module({ providers: [Exports] })
class ExportsModule {}

describe('a notification', () => {
  let test: TestApp;
  let inbox: Inbox;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [ExportsModule] });
    inbox = test.app.get(Inbox);
  });

  const notify = (actor: Actor, news = FAILED) =>
    test.app.get(Transactions).run((tx) => test.app.get(Notifications).notify(tx, actor, news));
  const mailsTo = async ({ userId }: Actor) => {
    const [user] = await sql<{ email: string }>(test.databaseUrl, 'SELECT email FROM users WHERE id = $1', [userId]);
    return inbox.messages.filter(({ to }) => to === user?.email);
  };

  it('is in the list of the person, of one organization, and comes by mail', async () => {
    const { actor, api } = await test.actor('viewer');
    await notify(actor);
    const { body } = await api.get<Page>('/v1/notifications');
    expect(body.data).toMatchObject([FAILED]);
    await eventually(async () => {
      expect(await mailsTo(actor)).toMatchObject([{ subject: FAILED.title, template: 'notifications.notified' }]);
    });
    expect((await mailsTo(actor))[0]?.text).toContain(FAILED.text);
    const { api: stranger } = await test.actor();
    expect((await stranger.get<Page>('/v1/notifications')).body.data).toEqual([]);
  });

  it('is no colleague’s', async () => {
    const { actor } = await test.actor();
    const { actor: colleague } = await test.actor();
    const { organizationId } = actor;
    await sql(test.databaseUrl, `INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, 'admin')`, [
      organizationId,
      colleague.userId,
    ]);
    await notify(actor);
    const as = test.api.with({ 'x-test-actor': JSON.stringify({ ...colleague, organizationId }) });
    expect((await as.get<Page>('/v1/notifications')).body.data).toEqual([]);
  });

  it('[R-109] #1 of the result of a job comes by no mail once that is not wanted, and again when it is', async () => {
    const { actor, api } = await test.actor();
    const { actor: other } = await test.actor();
    const run = ({ userId, organizationId }: Addressee) =>
      test.app.get(Transactions).run((tx) => test.app.get(Jobs).enqueue(tx, runExport, { userId, organizationId }));
    const told = (count: number) =>
      eventually(async () => {
        expect((await api.get<Page>('/v1/notifications')).body.data).toHaveLength(count);
      });
    await api.patch('/v1/users/me/preferences', { notifications: { email: false } });
    await run(actor);
    await told(1);
    await run(other);
    await eventually(async () => expect(await mailsTo(other)).toHaveLength(1));
    expect(await mailsTo(actor)).toEqual([]);
    await api.patch('/v1/users/me/preferences', { notifications: { email: true } });
    await run(actor);
    await told(2);
    await eventually(async () => expect(await mailsTo(actor)).toHaveLength(1));
  });

  it('is heard by the sockets of whoever wants that', async () => {
    const [{ actor: one }, { actor: other, api }] = [await test.actor(), await test.actor()];
    await api.patch('/v1/users/me/preferences', { notifications: { socket: false } });
    const [heard, unheard] = [heardBy(await connectAs(test.url, one)), heardBy(await connectAs(test.url, other))];
    await notify(other);
    await notify(one);
    await eventually(() =>
      Promise.resolve(expect(heard).toMatchObject([['notification.created', { title: FAILED.title }]])),
    );
    expect(unheard).toEqual([]);
  });

  it('exists if and only if the transaction does that it is about', async () => {
    const { actor, api } = await test.actor();
    const failing = test.app.get(Transactions).run(async (tx) => {
      await test.app.get(Notifications).notify(tx, actor, FAILED);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect((await api.get<Page>('/v1/notifications')).body.data).toEqual([]);
    expect(await sql(test.databaseUrl, 'SELECT 1 FROM outgoing_messages')).toEqual([]);
  });

  it('never fails who tells it: not for somebody who is gone, nor for an address, nor for its length', async () => {
    const [{ actor: gone }, { actor: odd, api }] = [await test.actor(), await test.actor()];
    await sql(test.databaseUrl, 'DELETE FROM users WHERE id = $1', [gone.userId]);
    await notify(gone);
    await sql(test.databaseUrl, `UPDATE users SET email = '"a b"@example.org' WHERE id = $1`, [odd.userId]);
    await notify(odd, { kind: 'test.long', title: 'x\r\n'.repeat(500), text: '😀'.repeat(5_000) });
    expect((await api.get<Page>('/v1/notifications')).body.data).toHaveLength(1);
    expect(await sql(test.databaseUrl, 'SELECT 1 FROM outgoing_messages')).toEqual([]);
  });

  it('is told also where no mail can be sent', async () => {
    const silent = await TestApp.start({ env: { MAIL_INBOX_ENABLED: 'false' } });
    const { actor, api } = await silent.actor();
    await silent.app.get(Transactions).run((tx) => silent.app.get(Notifications).notify(tx, actor, FAILED));
    expect((await api.get<Page>('/v1/notifications')).body.data).toMatchObject([FAILED]);
  });
});
