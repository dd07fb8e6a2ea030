import { Webhook } from 'standardwebhooks';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { TEST_ENVIRONMENT } from '../../../test/harness/environment.js';
import { eventually } from '../../../test/harness/eventually.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { says, StubUpstream } from '../../../test/harness/upstream.js';
import { endpointAt, startWebhooks, tell } from './webhooks.harness.js';
import type { Role } from '../../core/access/actor.js';
import { Transactions } from '../../core/database/transactions.js';
import { Events } from '../../core/events/events.service.js';
import { organizationClosed } from '../../core/identity/identity.events.js';
import type { Run } from '../../core/jobs/job-handler.decorator.js';
import { WebhookSecretCare } from './webhook-secret-care.js';

const PATH = '/v1/webhook-endpoints';
const url = 'https://receiver.invalid/hooks';
const OTHER = '0123456789abcdef'.repeat(4);

describe('a webhook endpoint', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ env: { WEBHOOKS_ENDPOINTS_PER_ORGANIZATION: '3' } });
  });

  it.each([
    'http://127.0.0.1/',
    'http://127.0.0.1:8080/',
    'https://127.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'http://169.254.169.254/latest/meta-data',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://10.0.0.1/',
    'https://93.184.216.34:22/',
    'http://93.184.216.34/',
    ['https://somebody:canary', '93.184.216.34/'].join('@'),
    'ftp://93.184.216.34/',
    'nowhere',
  ])('[R-65] #1 is not at %s', async (address) => {
    const { api } = await test.actor('admin');
    const refused = { status: 400, body: { code: 'TARGET_NOT_ALLOWED' } };
    expect(await api.post(PATH, { url: address })).toMatchObject(refused);
    const { id } = await endpointAt(api, url);
    expect(await api.patch(`${PATH}/${id}`, { url: address })).toMatchObject(refused);
    expect((await api.get(`${PATH}/${id}`)).body).toMatchObject({ url });
  });

  it('is not at a name that leads inside, either: each attempt says so', async () => {
    const { api } = await test.actor('admin');
    const { id } = await endpointAt(api, 'https://localhost:8443/');
    const { body } = await api.post(`${PATH}/${id}/test`);
    expect(body).toMatchObject({ status: 'failed', attempts: [{ statusCode: null, errorCode: 'TARGET_NOT_ALLOWED' }] });
  });

  it('is never on this machine in production, which refuses the flag for it', async () => {
    const app = await AppProcess.spawn({
      ...PRODUCTION,
      DATABASE_URL: test.databaseUrl,
      WEBHOOKS_ALLOW_LOOPBACK: 'true',
    });
    expect((await app.exit).code).not.toBe(0);
    expect(app.stderr + app.stdout).toContain('WEBHOOKS_ALLOW_LOOPBACK');
  });

  it('is there to be read, changed and deleted', async () => {
    const { api } = await test.actor('admin');
    const { secret, ...made } = await endpointAt(api, url, {
      description: ' Books ',
      eventTypes: ['membership.created'],
    });
    expect(secret).toMatch(/^whsec_/);
    expect(made).toMatchObject({ url, description: 'Books', eventTypes: ['membership.created'], status: 'enabled' });
    expect((await api.get(PATH)).body.data).toEqual([made]);
    const other = { url: `${url}/2`, description: '', eventTypes: [] };
    const changed = await api.patch(`${PATH}/${made.id}`, { ...other, status: 'disabled' });
    expect(changed.body).toMatchObject({ ...other, status: 'disabled', disabledReason: 'manual' });
    expect((await api.get(`${PATH}/${made.id}`)).body).toEqual(changed.body);
    expect(await api.send('DELETE', `${PATH}/${made.id}`)).toMatchObject({ status: 204 });
    expect(await api.get(`${PATH}/${made.id}`)).toMatchObject({ status: 404 });
    expect(await api.send('DELETE', `${PATH}/${made.id}`)).toMatchObject({ status: 404 });
  });

  it('belongs to the admins of one organization', async () => {
    const { api } = await test.actor('owner');
    const { id } = await endpointAt(api, url);
    const others = (await test.actor('owner')).api;
    const asked = [
      ['GET', `${PATH}/${id}`],
      ['PATCH', `${PATH}/${id}`, { status: 'disabled' }],
      ['DELETE', `${PATH}/${id}`],
      ['POST', `${PATH}/${id}/rotate-secret`, {}],
      ['POST', `${PATH}/${id}/test`],
      ['GET', `${PATH}/${id}/deliveries`],
    ] as const;
    for (const [method, path, body] of asked) {
      expect(await others.send(method, path, body)).toMatchObject({ status: 404 });
      for (const role of ['member', 'viewer'] satisfies Role[]) {
        const { api: weaker } = await test.actor(role);
        expect(await weaker.send(method, path, body)).toMatchObject({ status: 403 });
      }
    }
    expect((await api.get(`${PATH}/${id}`)).body).toMatchObject({ status: 'enabled' });
  });

  it('is one of at most as many as configured, also if they are made at the same time', async () => {
    const { api } = await test.actor('owner');
    const answers = await Promise.all(Array.from({ length: 6 }, () => api.post(PATH, { url })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 201, 409, 409, 409]);
    const codes = answers.filter(({ status }) => status === 409).map(({ body }) => body.code);
    expect(new Set(codes)).toEqual(new Set(['TOO_MANY_WEBHOOK_ENDPOINTS']));
  });

  it('keeps its secrets when the encryption key is replaced, and those that sign no more no longer', async () => {
    const receiver = (await StubUpstream.start()).willAnswer(says(204, ''));
    const [older, newer] = [TEST_ENVIRONMENT.ENCRYPTION_KEY, TEST_ENVIRONMENT.API_KEY_PEPPER];
    const before = await startWebhooks({ WEBHOOKS_CONCURRENCY: '0' });
    const { actor, api } = await before.actor('owner');
    const { id, secret } = await endpointAt(api, receiver.url);
    const rotate = (overlapHours: number) => api.post(`${PATH}/${id}/rotate-secret`, { overlapHours });
    const { body: rotated } = await rotate(24);
    const { id: done } = await endpointAt(api, receiver.url);
    await api.post(`${PATH}/${done}/rotate-secret`, {});
    await sql(before.databaseUrl, 'UPDATE webhook_endpoints SET previous_secret_until = now() WHERE id = $1', [done]);
    const keys = { ENCRYPTION_KEY: newer, API_KEY_PEPPER: older };
    const between = await startWebhooks(
      { ...keys, ENCRYPTION_KEY_PREVIOUS: older, API_KEY_PEPPER: OTHER },
      before.databaseUrl,
    );
    await between.app.get(WebhookSecretCare).handle({}, { signal: new AbortController().signal, attempt: 1 } as Run);
    await between.close();
    const after = await startWebhooks(keys, before.databaseUrl);
    await tell(after, actor);
    await eventually(async () => expect(receiver.hits).toHaveLength(await Promise.resolve(2)));
    const hit = receiver.hits.find(({ headers }) => String(headers['webhook-signature']).includes(' '));
    for (const one of [secret, String(rotated.secret)]) {
      expect(new Webhook(one).verify(hit?.body ?? '', hit?.headers as Record<string, string>)).toBeTruthy();
    }
    const kept = await sql(before.databaseUrl, 'SELECT id FROM webhook_endpoints WHERE previous_secret IS NOT NULL');
    expect(kept).toEqual([{ id }]);
  });

  it('goes with its organization', async () => {
    const { actor, api } = await test.actor('owner');
    await endpointAt(api, url);
    const { organizationId } = actor;
    await test.app
      .get(Transactions)
      .run((tx) => test.app.get(Events).publish(tx, actor, organizationClosed, { organizationId }));
    await eventually(async () => {
      const rows = await sql(test.databaseUrl, 'SELECT id FROM webhook_endpoints WHERE organization_id = $1', [
        organizationId,
      ]);
      expect(rows).toEqual([]);
    });
  });

  it('of one organization hears nothing of another', async () => {
    const receiver = (await StubUpstream.start()).willAnswer(says(204, ''));
    const own = await startWebhooks();
    const [one, other] = [await own.actor('owner'), await own.actor('owner')];
    await endpointAt(one.api, `${receiver.url}/one`);
    await endpointAt(other.api, `${receiver.url}/other`);
    await tell(own, one.actor, { text: 'of one' });
    await tell(own, other.actor, { text: 'of the other' });
    await eventually(async () => expect(receiver.hits).toHaveLength(await Promise.resolve(2)));
    for (const { path, body } of receiver.hits) expect(body).toContain(path === '/one' ? 'of one' : 'of the other');
  });
});
