import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { articlePublished, INVITATIONS, TestMailsModule } from '../../../test/harness/mails.controller.js';
import { METRICS } from '../../../test/harness/process.js';
import { SmtpServer } from '../../../test/harness/smtp.js';
import { Transactions } from '../database/transactions.js';
import { Mail, type Recipient } from './mail.service.js';

const about = (title: string) => ({ title, author: 'Ada' });

describe('a mail', () => {
  let server: SmtpServer;
  let test: TestApp;
  beforeAll(async () => {
    server = await SmtpServer.start();
    test = await TestApp.start({ modules: [TestMailsModule], env: { ...server.env, ...METRICS.env } });
    await sql(test.databaseUrl, INVITATIONS);
  });
  beforeEach(() => {
    server.mails.length = 0;
    server.asked.length = 0;
    server.refusal = undefined;
  });

  const send = (to: Recipient, title: string) =>
    test.app.get(Transactions).run((tx) => test.app.get(Mail).send(tx, to, articlePublished, about(title)));
  const waiting = () => sql<{ sealed: string }>(test.databaseUrl, 'SELECT sealed FROM outgoing_messages');
  const nothingWaits = () => eventually(async () => expect(await waiting()).toEqual([]));
  const arrived = (count: number) => eventually(() => Promise.resolve(expect(server.mails).toHaveLength(count)));
  const outcomes = (outcome: string) => METRICS.value(test, 'messages_total', `outcome="${outcome}"`);

  it('[R-85] escapes what is put in: a title stays text, and only a field of HTML has tags, the harmless ones', async () => {
    const { api } = await test.actor();
    const title = '<img src=x onerror=1>';
    const body = '<p onclick="alert(1)">Hello</p><script>alert(1)</script>';
    const answer = await api.post('/v1/test/articles', { title, body });
    expect(answer).toMatchObject({ status: 201, body: { title, body: '<p>Hello</p>' } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    await arrived(1);
    expect(server.mails[0]?.html).toContain('&lt;img');
    expect(server.mails[0]?.html).not.toContain('<img');
    expect(server.mails[0]).toMatchObject({
      text: `There is a new article, ${title}, by Ada & Co.`,
      headers: { subject: `New: ${title}`, 'auto-submitted': 'auto-generated', from: 'Aerie <hello@example.org>' },
    });
  });

  it('goes to one person, and says nothing in its headers that was put into its subject', async () => {
    const { api, actor } = await test.actor();
    const title = 'Hi\r\nBcc: victim@example.org\r\n\r\n<script>\u2028Grüße';
    await api.post('/v1/test/articles', { title, body: '' });
    await arrived(1);
    const [user] = await sql<{ email: string }>(test.databaseUrl, 'SELECT email FROM users WHERE id = $1', [
      actor.userId,
    ]);
    expect(server.mails[0]?.recipients).toEqual([user?.email]);
    expect(server.mails[0]?.headers).toMatchObject({
      to: user?.email,
      subject: 'New: Hi Bcc: victim@example.org <script> Grüße',
    });
    expect(server.mails[0]?.headers).not.toHaveProperty('bcc');
  });

  it.each([
    'a@example.org, b@example.org',
    'a@example.org;b@example.org',
    'a@example.org\r\nRCPT TO:<b@example.org>',
    '"a\r\nb"@example.org',
    '"a b"@example.org',
    'Name <a@example.org>',
    'a@example.org\u0000',
    'group:a@example.org;',
    'nobody',
    '',
  ])('is not sent to %j, and nothing is written', async (address) => {
    await expect(send({ address }, 'Hello')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(await waiting()).toEqual([]);
  });

  it('is sent to an address with a plus, a dot or an umlaut', async () => {
    const addresses = ['a.b+c@example.org', "o'neil@example.org", 'hello@bücher.example'];
    for (const address of addresses) await send({ address }, 'Hello');
    await arrived(3);
    const told = server.mails.flatMap(({ recipients }) => recipients);
    expect(told.toSorted()).toEqual(['a.b+c@example.org', 'hello@bücher.example', "o'neil@example.org"]);
  });

  it('[R-26] is not sent when its transaction rolls back', async () => {
    const failing = test.app.get(Transactions).run(async (tx) => {
      await test.app.get(Mail).send(tx, { address: 'rolled-back@example.org' }, articlePublished, about('Never'));
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await send({ address: 'committed@example.org' }, 'Hello');
    await arrived(1);
    expect(server.asked).toEqual(['committed@example.org']);
    expect(await sql(test.databaseUrl, `SELECT 1 FROM outgoing_messages`)).toEqual([]);
  });

  it('leaves nothing behind, and can be read by nobody while it waits', async () => {
    await server.stop();
    await send({ address: 'secret@example.org' }, 'a secret link');
    const [row] = await waiting();
    expect(row?.sealed).not.toMatch(/secret|example/);
    expect(Buffer.from(row?.sealed.split('.').at(-1) ?? '', 'base64url').toString('latin1')).not.toContain('secret');
    await server.start();
    await arrived(1);
    await nothingWaits();
  });

  it('arrives once the mail server is back, and no request waits for it', async () => {
    await server.stop();
    const { api } = await test.actor();
    const started = performance.now();
    for (let count = 1; count <= 5; count++) {
      expect(await api.post('/v1/test/articles', { title: `No ${count}`, body: '' })).toMatchObject({ status: 201 });
    }
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(await waiting()).toHaveLength(5);
    await server.start();
    await eventually(() => Promise.resolve(expect(server.mails).toHaveLength(5)), 30_000);
    await nothingWaits();
  }, 60_000);

  it.each(['recipient', 'content'] as const)(
    'is tried again when its %s is refused for now, as the same mail',
    async (at) => {
      server.refusal = { code: 451, at };
      await send({ address: 'patience@example.org' }, 'Twice');
      await eventually(() => Promise.resolve(expect(server.asked.length).toBeGreaterThanOrEqual(2)), 30_000);
      server.refusal = undefined;
      await eventually(() => Promise.resolve(expect(server.mails).toHaveLength(1)), 30_000);
      const ids = [...server.refused, ...server.mails].map(({ headers }) => headers['message-id']);
      expect(new Set(ids).size).toBe(1);
      expect(ids[0]).toMatch(/^<[0-9a-f-]{36}@example\.org>$/);
    },
    90_000,
  );

  it.each(['recipient', 'content'] as const)('is given up when its %s is refused for good', async (at) => {
    const before = await outcomes('refused');
    server.refusal = { code: 550, at };
    await send({ address: 'unknown@example.org' }, 'Once');
    await eventually(async () => expect(await outcomes('refused')).toBe(before + 1));
    await nothingWaits();
    server.refusal = undefined;
    await send({ address: 'other@example.org' }, 'Next');
    await arrived(1);
    expect(server.asked).toEqual(['unknown@example.org', 'other@example.org']);
  });

  it('is shown by no inbox, because it is sent', async () => {
    expect(await test.api.get('/dev/inbox')).toMatchObject({ status: 404 });
  });

  it('goes with the person it is for', async () => {
    const { actor } = await test.actor();
    await server.stop();
    await send(actor, 'For somebody who is gone');
    await sql(test.databaseUrl, 'DELETE FROM memberships WHERE user_id = $1', [actor.userId]);
    await sql(test.databaseUrl, 'DELETE FROM users WHERE id = $1', [actor.userId]);
    expect(await waiting()).toEqual([]);
    await server.start();
    await send({ address: 'still-here@example.org' }, 'Next');
    await arrived(1);
    expect(server.asked).toEqual(['still-here@example.org']);
  }, 60_000);
});
