import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SMTPServerOptions } from 'smtp-server';
import { TestApp } from '../../../test/harness/app.js';
import { makeCertificate } from '../../../test/harness/certificates.js';
import { atTheEnd } from '../../../test/harness/cleanup.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import type { Environment } from '../../../test/harness/environment.js';
import { eventually } from '../../../test/harness/eventually.js';
import { articlePublished, INVITATIONS, TestMailsModule } from '../../../test/harness/mails.controller.js';
import { AppProcess, METRICS, PRODUCTION } from '../../../test/harness/process.js';
import { SmtpServer } from '../../../test/harness/smtp.js';
import { Alerts } from '../alerts/alerts.js';
import { Transactions } from '../database/transactions.js';
import { Mail } from './mail.service.js';
import { SmtpTransport } from './smtp-transport.js';

const MAIL = { id: 'a', template: 'test.one', to: 'a@example.org', subject: 'A', html: '<p>A</p>', text: 'A' };

const startApp = (env: Environment, databaseUrl?: string) =>
  TestApp.start({ modules: [TestMailsModule], env: { ...METRICS.env, ...env }, databaseUrl });
const send = ({ app }: TestApp) =>
  app
    .get(Transactions)
    .run((tx) =>
      app.get(Mail).send(tx, { address: 'a@example.org' }, articlePublished, { title: 'Title', author: 'Ada' }),
    );
const failures = (test: TestApp) => METRICS.value(test, 'side_effect_failures_total', 'sink="smtp"');
const failsFor = (test: TestApp, times: number) =>
  eventually(async () => expect(await failures(test)).toBeGreaterThanOrEqual(times), 40_000);

describe('a mail server that is away', () => {
  it('[R-12] harms no request, and is told by readiness and the count of failures', async () => {
    const gone = await SmtpServer.start();
    await gone.stop();
    const test = await startApp(gone.env);
    const { api } = await test.actor();
    for (let count = 1; count <= 5; count++) {
      expect(await api.post('/v1/test/articles', { title: 'a', body: '' })).toMatchObject({ status: 201 });
    }
    await failsFor(test, 5);
    expect(await test.api.get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { smtp: { status: 'degraded' } } },
    });
    await gone.start();
    await eventually(() => Promise.resolve(expect(gone.mails).toHaveLength(5)), 40_000);
    expect(await test.api.get('/health/ready')).toMatchObject({ body: { checks: { smtp: { status: 'up' } } } });
  }, 90_000);

  it('is given up when it accepts a connection and says nothing', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    atTheEnd(silent, () => once(silent.close(), 'close'));
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const env = { SMTP_ENABLED: 'true', SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port), MAIL_FROM: 'a@example.org' };
    const test = await startApp(env);
    const smtp = test.app.get(SmtpTransport);
    const started = performance.now();
    await expect(smtp.send(MAIL, AbortSignal.timeout(300))).rejects.toMatchObject({ code: 'EABORT' });
    expect(performance.now() - started).toBeLessThan(3_000);
    await expect(smtp.send(MAIL, new AbortController().signal)).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      timeoutType: 'GREETING_TIMEOUT',
    });
    expect(performance.now() - started).toBeLessThan(20_000);
  }, 40_000);
});

describe('a process that ends while it sends', () => {
  it('leaves the mail to another one, as the same mail', async () => {
    const server = await SmtpServer.start();
    const first = await startApp(server.env);
    const { promise, resolve } = Promise.withResolvers<void>();
    server.silence = promise;
    await send(first);
    await eventually(() => Promise.resolve(expect(server.asked).toHaveLength(1)));
    const second = await startApp({ ...server.env, JOBS_CONCURRENCY: '1' }, first.databaseUrl);
    const { jobs } = await closing(first, second);
    expect(jobs).toEqual([{ retries: 0 }]);
    resolve();
    await eventually(() => Promise.resolve(expect(server.mails).toHaveLength(1)), 30_000);
    expect(await sql(second.databaseUrl, 'SELECT 1 FROM outgoing_messages')).toEqual([]);
  }, 60_000);

  /** Closes the first, and looks at what it leaves. */
  async function closing(first: TestApp, { databaseUrl }: TestApp): Promise<{ jobs: object[] }> {
    await first.app.close();
    const statement = `SELECT retry_count AS retries FROM pgboss.job WHERE name = 'mail.deliver'`;
    return { jobs: await sql(databaseUrl, statement) };
  }
});

describe('a mail server that wants a password', () => {
  const options: SMTPServerOptions = {
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'aerie' && password === 'the-right-one' ? done(null, { user: username }) : done(new Error('no')),
  };

  it('gets it, and mails wait as long as it is not the right one', async () => {
    const server = await SmtpServer.start(options);
    const wrong = await startApp({ ...server.env, SMTP_USER: 'aerie', SMTP_PASSWORD: 'a-wrong-one' });
    await send(wrong);
    await failsFor(wrong, 2);
    expect(server.asked).toEqual([]);
    const right = { ...server.env, SMTP_USER: 'aerie', SMTP_PASSWORD: 'the-right-one' };
    const test = await startApp(right, wrong.databaseUrl);
    await wrong.app.close();
    await eventually(() => Promise.resolve(expect(server.mails).toHaveLength(1)), 30_000);
    expect(await sql(test.databaseUrl, 'SELECT 1 FROM outgoing_messages')).toEqual([]);
  }, 90_000);
});

describe('the connection to the mail server', () => {
  it.each([
    ['starttls', 'does not offer TLS', { disabledCommands: ['STARTTLS', 'AUTH'] }, undefined],
    ['starttls', 'is not known', { disabledCommands: ['AUTH'] }, makeCertificate],
    ['tls', 'is not known', { disabledCommands: ['AUTH'], secure: true }, makeCertificate],
  ] as const)(
    'is not used with SMTP_SECURITY=%s if the server %s',
    async (security, _, { ...rest }, make) => {
      const known = await make?.();
      const options = { ...rest, disabledCommands: [...rest.disabledCommands] };
      const server = await SmtpServer.start({ ...options, cert: known?.certificate, key: known?.privateKey });
      const test = await startApp({ ...server.env, SMTP_SECURITY: security });
      await send(test);
      await failsFor(test, 2);
      expect({ asked: server.asked, mails: server.mails }).toEqual({ asked: [], mails: [] });
      expect(await sql(test.databaseUrl, 'SELECT 1 FROM outgoing_messages')).toHaveLength(1);
    },
    60_000,
  );

  it.each(['starttls', 'tls'])(
    'in production is %s, to whom it should be',
    async (security) => {
      const { certificate, privateKey, ca } = await makeCertificate();
      const options = { disabledCommands: ['AUTH'], secure: security === 'tls', cert: certificate, key: privateKey };
      const server = await SmtpServer.start(options);
      const folder = await mkdtemp(join(tmpdir(), 'aerie-'));
      await writeFile(join(folder, 'ca.pem'), ca);
      const DATABASE_URL = await cloneDatabase();
      await sql(DATABASE_URL, INVITATIONS);
      const env = { ...PRODUCTION, DATABASE_URL, ...server.env, SMTP_SECURITY: security };
      const trusting = { ...env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
      const app = await AppProcess.serve(trusting, 'test/fixtures/main-with-mails.js');
      const body = JSON.stringify({ email: 'a@example.org' });
      const headers = { 'content-type': 'application/json' };
      const { status } = await fetch(`${app.url}/v1/test/invitations`, { method: 'POST', headers, body });
      expect(status).toBe(201);
      await eventually(() => Promise.resolve(expect(server.mails).toHaveLength(1)));
      expect(server.encrypted).toEqual([true]);
      expect(app.stdout).not.toContain('a@example.org');
      await app.stop();
      await rm(folder, { recursive: true });
    },
    60_000,
  );
});

describe('an alert to operators', () => {
  const alert = { key: 'disk', title: 'The disk\r\nis full', text: 'A <b> & more', severity: 'critical' } as const;

  it('comes by mail, also when the database is what is wrong', async () => {
    const server = await SmtpServer.start();
    const test = await startApp({ ...server.env, OPERATOR_ALERT_EMAIL: 'ops@example.org' });
    await test.losingItsDatabase(async () => {
      test.app.get(Alerts).raise(alert);
      await eventually(() => Promise.resolve(expect(server.mails).toHaveLength(1)));
    });
    expect(server.mails[0]).toMatchObject({
      recipients: ['ops@example.org'],
      headers: { subject: '[aerie test] critical: The disk is full' },
      text: alert.text,
    });
    expect(server.mails[0]?.html).toContain('A &lt;b&gt; &amp; more');
  });

  it('that no mail server takes is counted', async () => {
    const server = await SmtpServer.start();
    await server.stop();
    const test = await startApp({ ...server.env, OPERATOR_ALERT_EMAIL: 'ops@example.org' });
    test.app.get(Alerts).raise(alert);
    await eventually(async () => {
      expect(await METRICS.value(test, 'side_effect_failures_total', 'sink="mail-alerts"')).toBe(1);
    });
  });
});
