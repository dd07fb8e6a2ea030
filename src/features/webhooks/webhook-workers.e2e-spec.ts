import type { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { hangs, says, StubUpstream } from '../../../test/harness/upstream.js';
import { deliveriesOf, endpointAt, passLeases, startWebhooks, tell } from './webhooks.harness.js';
import { WebhookEndings } from './webhook-endings.js';
import { WebhookQueue } from './webhook-queue.js';

const NOBODY = { WEBHOOKS_CONCURRENCY: '0' };

const startWorker = ({ databaseUrl }: TestApp) =>
  AppProcess.serve({
    ...PRODUCTION,
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    WEBHOOKS_ALLOW_LOOPBACK: 'true',
    WEBHOOKS_TIMEOUT_MS: '30000',
  });

const countOf = async ({ databaseUrl }: TestApp, status: string) => {
  const [row] = await sql<{ count: number }>(
    databaseUrl,
    'SELECT count(*)::int AS count FROM webhook_deliveries WHERE status = $1',
    [status],
  );
  return row?.count;
};

const leasesOf = ({ databaseUrl }: TestApp) =>
  sql(databaseUrl, 'SELECT attempt FROM webhook_deliveries WHERE leased_until IS NOT NULL');

describe('the workers of webhooks', () => {
  let receiver: StubUpstream;
  beforeEach(async () => {
    receiver = await StubUpstream.start();
  });

  it('send at most two at a time to one endpoint, of all instances together, and each once', async () => {
    const [most, gap] = [40, 30];
    let [now, peak] = [0, 0];
    receiver.willAnswer((response) => {
      peak = Math.max(peak, ++now);
      setTimeout(() => {
        now--;
        response.writeHead(204).end();
      }, gap);
    });
    const one = await startWebhooks();
    await startWebhooks({}, one.databaseUrl);
    const { actor, api } = await one.actor('owner');
    await endpointAt(api, receiver.url);
    await tell(one, actor, { times: most });
    await eventually(async () => expect(await countOf(one, 'delivered')).toBe(most), 60_000);
    expect(peak).toBe(2);
    expect(new Set(receiver.hits.map(({ headers }) => headers['webhook-id'])).size).toBe(most);
    expect(receiver.hits).toHaveLength(most);
  }, 90_000);

  it('let nobody wait for endpoints that do not answer, however many there are', async () => {
    const hanging = (await StubUpstream.start()).willAnswer(hangs);
    receiver.willAnswer(says(204, ''));
    const test = await startWebhooks({ WEBHOOKS_CONCURRENCY: '4', WEBHOOKS_TIMEOUT_MS: '30000' });
    const { actor, api } = await test.actor('owner');
    for (let index = 0; index < 6; index++) await endpointAt(api, hanging.url);
    await sql(test.databaseUrl, 'UPDATE webhook_endpoints SET slow = true');
    await tell(test, actor, { times: 4 });
    await eventually(async () => expect(hanging.hits.length).toBe(await Promise.resolve(1)));
    await endpointAt(api, receiver.url);
    await tell(test, actor, { times: 20 });
    await eventually(async () => expect(await countOf(test, 'delivered')).toBe(20), 20_000);
    expect(hanging.hits).toHaveLength(1);
  }, 60_000);

  it('find out who does not answer, and let them wait in a line of their own', async () => {
    receiver.willAnswer(hangs);
    const test = await startWebhooks({ WEBHOOKS_TIMEOUT_MS: '2500' });
    const { actor, api } = await test.actor('owner');
    const { id } = await endpointAt(api, receiver.url);
    const slow = async () =>
      (await sql<{ slow: boolean }>(test.databaseUrl, 'SELECT slow FROM webhook_endpoints WHERE id = $1', [id]))[0]
        ?.slow;
    await tell(test, actor);
    await eventually(async () => expect(await slow()).toBe(true));
    expect((await deliveriesOf(api, id))[0]?.attempts).toMatchObject([
      { statusCode: null, errorCode: 'UPSTREAM_TIMEOUT' },
    ]);
    receiver.willAnswer(says(200));
    await tell(test, actor);
    await eventually(async () => expect(await slow()).toBe(false));
  });

  it('that are killed while they send lose nothing: another sends it again, under the same id', async () => {
    receiver.willAnswer(hangs);
    const desk = await startWebhooks(NOBODY);
    const { actor, api } = await desk.actor('owner');
    const { id, secret } = await endpointAt(api, receiver.url);
    const killed = await startWorker(desk);
    await tell(desk, actor);
    await killed.until(() => receiver.hits.length === 1);
    const messageId = receiver.hits[0]?.headers['webhook-id'];
    killed.kill('SIGKILL');
    await killed.exit;
    expect(await leasesOf(desk)).toEqual([{ attempt: 1 }]);
    receiver.willAnswer(says(204, ''));
    const other = await startWorker(desk);
    await passLeases(desk);
    await eventually(async () => expect((await deliveriesOf(api, id))[0]?.status).toBe('delivered'), 20_000);
    expect(receiver.hits.map(({ headers }) => headers['webhook-id'])).toEqual([messageId]);
    expect((await deliveriesOf(api, id))[0]?.attempts).toMatchObject([{ number: 2, statusCode: 204 }]);
    expect(killed.stdout + other.stdout).not.toContain(secret.slice('whsec_'.length));
    await other.stop();
  }, 60_000);

  it('that are stopped give back what does not end in time', async () => {
    receiver.willAnswer(hangs);
    const desk = await startWebhooks(NOBODY);
    const { actor, api } = await desk.actor('owner');
    await endpointAt(api, receiver.url);
    const stopped = await startWebhooks({ WEBHOOKS_TIMEOUT_MS: '30000' }, desk.databaseUrl);
    await tell(desk, actor);
    await eventually(async () => expect(receiver.hits).toHaveLength(await Promise.resolve(1)));
    await stopped.close();
    expect(await leasesOf(desk)).toEqual([]);
    expect(await countOf(desk, 'pending')).toBe(1);
    receiver.willAnswer(says(204, ''));
    await startWebhooks({}, desk.databaseUrl);
    await eventually(async () => expect(await countOf(desk, 'delivered')).toBe(1));
  }, 40_000);

  it('that were paused for so long that another sends it write down nothing', async () => {
    const desk = await startWebhooks(NOBODY);
    const { actor, api } = await desk.actor('owner');
    const { id } = await endpointAt(api, receiver.url);
    await tell(desk, actor);
    await eventually(async () => expect(await countOf(desk, 'pending')).toBe(1));
    const [queue, endings] = [desk.app.get(WebhookQueue), desk.app.get(WebhookEndings)];
    const [paused] = await queue.take(false, 10);
    expect(await queue.take(false, 10)).toEqual([]);
    await passLeases(desk);
    const [other] = await queue.take(false, 10);
    if (paused === undefined || other === undefined) throw new Error('nothing was taken');
    expect([paused.id, paused.attempt, other.id, other.attempt]).toEqual([other.id, 1, other.id, 2]);
    const outcome = { startedAt: new Date(), durationMs: 1, response: null };
    await endings.end(paused, { ...outcome, statusCode: 500, errorCode: 'REFUSED' });
    await queue.giveBack(paused);
    expect(await leasesOf(desk)).toEqual([{ attempt: 2 }]);
    await endings.end(other, { ...outcome, statusCode: 204, errorCode: null });
    const [delivery] = await deliveriesOf(api, id);
    expect(delivery).toMatchObject({ status: 'delivered', attempts: [{ number: 2 }] });
  });
});
