import { Webhook } from 'standardwebhooks';
import type { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { type Hit, resets, says, StubUpstream } from '../../../test/harness/upstream.js';
import {
  deliveriesOf,
  endpointAt,
  parcelPosted,
  parcelSecret,
  parcelWeighed,
  passTime,
  startWebhooks,
  tell,
} from './webhooks.harness.js';
import type { NewWebhookSecret } from './webhook-endpoint.dto.js';

const PATH = '/v1/webhook-endpoints';

/** As a receiver would. @throws if it is not signed by the secret */
const verify = ({ secret }: { secret: string }, { body, headers }: Hit) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe('a webhook', () => {
  let test: TestApp;
  let receiver: StubUpstream;
  beforeAll(async () => {
    test = await startWebhooks();
    receiver = await StubUpstream.start();
  });

  const subscribed = async (more: object = {}) => {
    const { actor, api } = await test.actor('owner');
    return { actor, api, endpoint: await endpointAt(api, `${receiver.url}/hooks`, more) };
  };
  type Subscribed = Awaited<ReturnType<typeof subscribed>>;
  const read = async ({ api, endpoint }: Subscribed) => (await api.get(`${PATH}/${endpoint.id}`)).body;
  const deliveries = ({ api, endpoint }: Subscribed) => deliveriesOf(api, endpoint.id);
  const hits = (count: number) =>
    eventually(async () => expect(receiver.hits).toHaveLength(await Promise.resolve(count)));
  const ended = (of: Subscribed, status: string) =>
    eventually(async () => expect((await deliveries(of)).at(-1)?.status).toBe(status));
  const attempted = (of: Subscribed, attempts: number) =>
    eventually(async () => expect((await deliveries(of)).at(-1)?.attempts).toHaveLength(attempts));

  it('[R-65] #1 is sent until it arrives, signed anew each time, and its log has a row for each attempt', async () => {
    receiver.willAnswer(says(500, 'no'), says(500, { oh: 'no' }), says(204, ''));
    const somebody = await subscribed({ eventTypes: [parcelPosted.name] });
    await tell(test, somebody.actor);
    for (const attempts of [1, 2]) {
      await attempted(somebody, attempts);
      const [waiting] = await deliveries(somebody);
      const delay = (Date.parse(waiting?.nextAttemptAt ?? '') - Date.now()) / 1_000;
      expect(delay).toBeGreaterThan(attempts === 1 ? 0 : 290);
      expect(delay).toBeLessThan(attempts === 1 ? 6.5 : 361);
      expect(waiting?.status).toBe('pending');
      await passTime(test, somebody.endpoint.id);
    }
    await ended(somebody, 'delivered');
    expect(receiver.hits).toHaveLength(3);
    const [delivery] = await deliveries(somebody);
    const common = { startedAt: expect.any(String) as string, durationMs: expect.any(Number) as number };
    expect(delivery).toMatchObject({ eventType: parcelPosted.name, errorCode: null, nextAttemptAt: null });
    expect(delivery?.attempts).toEqual([
      { number: 1, statusCode: 500, errorCode: 'REFUSED', response: 'no', ...common },
      { number: 2, statusCode: 500, errorCode: 'REFUSED', response: '{"oh":"no"}', ...common },
      { number: 3, statusCode: 204, errorCode: null, response: null, ...common },
    ]);
    for (const hit of receiver.hits) {
      expect(verify(somebody.endpoint, hit)).toEqual({
        type: parcelPosted.name,
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        data: { text: 'It is heavy' },
      });
      expect(hit).toMatchObject({ method: 'POST', path: '/hooks' });
      expect(hit.headers).toMatchObject({ 'webhook-id': delivery?.messageId, 'content-type': 'application/json' });
      expect(hit.headers['user-agent']).toMatch(/^[\w@/-]+\/\d/);
    }
    expect(delivery?.messageId).not.toContain('.');
  });

  it('is signed by both secrets while they overlap, and then by the new one only', async () => {
    receiver.willAnswer(says(200));
    const somebody = await subscribed();
    const rotate = async (body: object = {}) =>
      (
        await somebody.api.post<NewWebhookSecret & Record<string, unknown>>(
          `${PATH}/${somebody.endpoint.id}/rotate-secret`,
          body,
        )
      ).body;
    const rotated = await rotate();
    expect(Date.parse(rotated.previousSecretUntil ?? '') - Date.now()).toBeGreaterThan(86_000_000);
    await tell(test, somebody.actor);
    await hits(1);
    const [both] = receiver.hits as [Hit];
    expect(verify(somebody.endpoint, both)).toEqual(verify(rotated, both));
    await sql(test.databaseUrl, `UPDATE webhook_endpoints SET previous_secret_until = now() WHERE id = $1`, [
      rotated.id,
    ]);
    await tell(test, somebody.actor);
    await hits(2);
    const [, later] = receiver.hits as [Hit, Hit];
    expect(verify(rotated, later)).toBeTruthy();
    expect(() => verify(somebody.endpoint, later)).toThrow('No matching signature');
    const last = await rotate({ overlapHours: 0 });
    expect(last.previousSecretUntil).toBeNull();
    await tell(test, somebody.actor);
    await hits(3);
    expect(() => verify(rotated, receiver.hits[2] as Hit)).toThrow('No matching signature');
    expect(verify(last, receiver.hits[2] as Hit)).toBeTruthy();
  });

  it('that is answered with 410 is the last one: the endpoint is off, and who looks after it is told', async () => {
    receiver.willAnswer(says(410));
    const somebody = await subscribed();
    await tell(test, somebody.actor);
    await ended(somebody, 'failed');
    expect(await read(somebody)).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
    await tell(test, somebody.actor);
    const { organizationId } = somebody.actor;
    const told = await somebody.api.get('/v1/notifications');
    expect(told.body.data).toMatchObject([{ kind: 'webhook-endpoint.disabled' }]);
    expect(JSON.stringify(told.body)).toContain('410');
    const facts = await sql(
      test.databaseUrl,
      `SELECT payload FROM events WHERE organization_id = $1 AND name = 'webhook-endpoint.disabled'`,
      [organizationId],
    );
    expect(facts).toEqual([{ payload: { id: somebody.endpoint.id, reason: 'gone' } }]);
    const log = await sql(
      test.databaseUrl,
      `SELECT actor_id FROM audit_log WHERE organization_id = $1 AND action = 'webhook-endpoint.given-up'`,
      [organizationId],
    );
    expect(log).toEqual([{ actor_id: null }]);
    expect(receiver.hits).toHaveLength(1);
  });

  it('waits as long as its receiver asks for, in seconds or until a date, at most an hour', async () => {
    const asks = async (retryAfter: string) => {
      receiver.willAnswer(says(429, '', { 'retry-after': retryAfter }));
      const somebody = await subscribed();
      await tell(test, somebody.actor);
      await attempted(somebody, 1);
      const [row] = await sql<{ delivery: number; endpoint: number }>(
        test.databaseUrl,
        `SELECT extract(epoch FROM d.next_attempt_at - now())::float AS delivery,
                extract(epoch FROM e.paused_until - now())::float AS endpoint
           FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id WHERE e.id = $1`,
        [somebody.endpoint.id],
      );
      return row ?? { delivery: 0, endpoint: 0 };
    };
    for (const [given, least, most] of [
      ['120', 100, 120],
      [new Date(Date.now() + 240_000).toUTCString(), 200, 240],
      ['999999', 3_500, 3_600],
    ] as const) {
      const { delivery, endpoint } = await asks(given);
      for (const seconds of [delivery, endpoint]) {
        expect(seconds).toBeGreaterThan(least);
        expect(seconds).toBeLessThanOrEqual(most);
      }
    }
  });

  it.each([429, 502, 504])('that is answered with %i lets its endpoint rest, longer each time', async (status) => {
    receiver.willAnswer(says(status));
    const somebody = await subscribed();
    const rest = async () => {
      const [row] = await sql<{ seconds: number }>(
        test.databaseUrl,
        'SELECT extract(epoch FROM paused_until - now())::float AS seconds FROM webhook_endpoints WHERE id = $1',
        [somebody.endpoint.id],
      );
      return row?.seconds ?? 0;
    };
    await tell(test, somebody.actor);
    await attempted(somebody, 1);
    expect(await rest()).toBeGreaterThan(0);
    await tell(test, somebody.actor);
    const [{ due }] = await eventuallyDue(somebody);
    expect(due).toBe(true);
    expect(receiver.hits).toHaveLength(1);
    await passTime(test, somebody.endpoint.id);
    await eventually(async () => expect(await rest()).toBeGreaterThan(5));
  });

  /** Two wait, and the endpoint is left alone all the same. */
  async function eventuallyDue({ endpoint }: Subscribed): Promise<[{ due: boolean }]> {
    let found: { due: boolean }[] = [];
    await eventually(async () => {
      found = await sql<{ due: boolean }>(
        test.databaseUrl,
        `SELECT e.due_at >= e.paused_until - interval '1 second' AS due FROM webhook_endpoints e
          WHERE id = $1 AND (SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = e.id) = 2`,
        [endpoint.id],
      );
      expect(found).toHaveLength(1);
    });
    return found as [{ due: boolean }];
  }

  it('that has failed for five days is not sent any more, until somebody enables the endpoint again', async () => {
    receiver.willAnswer(resets, says(500), says(200));
    const somebody = await subscribed();
    await tell(test, somebody.actor);
    await attempted(somebody, 1);
    expect(await read(somebody)).toMatchObject({ status: 'enabled', failingSince: expect.any(String) as string });
    await sql(
      test.databaseUrl,
      `UPDATE webhook_endpoints SET failing_since = now() - interval '5 days', consecutive_failures = 9 WHERE id = $1`,
      [somebody.endpoint.id],
    );
    await passTime(test, somebody.endpoint.id);
    await attempted(somebody, 2);
    expect(await read(somebody)).toMatchObject({ status: 'disabled', disabledReason: 'failing' });
    expect((await somebody.api.get('/v1/notifications')).body.data).toHaveLength(1);
    await passTime(test, somebody.endpoint.id);
    const { body } = await somebody.api.patch(`${PATH}/${somebody.endpoint.id}`, { status: 'enabled' });
    expect(body).toMatchObject({ status: 'enabled', disabledReason: null, failingSince: null });
    await ended(somebody, 'delivered');
    expect(receiver.hits).toHaveLength(3);
  });

  it('has failed after ten attempts, and can be asked for again', async () => {
    receiver.willAnswer(says(302, '', { location: `${receiver.url}/elsewhere` }));
    const somebody = await subscribed();
    await tell(test, somebody.actor);
    for (let attempts = 1; attempts <= 10; attempts++) {
      await attempted(somebody, attempts);
      await passTime(test, somebody.endpoint.id);
    }
    const [delivery] = await deliveries(somebody);
    expect(delivery).toMatchObject({ status: 'failed', errorCode: 'REFUSED', nextAttemptAt: null });
    expect(receiver.hits.map(({ path }) => path)).toEqual(Array.from({ length: 10 }, () => '/hooks'));
    receiver.willAnswer(says(200));
    const replay = () => somebody.api.post(`/v1/webhook-deliveries/${delivery?.id}/replay`);
    expect(await replay()).toMatchObject({ status: 200 });
    await ended(somebody, 'delivered');
    expect((await deliveries(somebody))[0]?.attempts).toHaveLength(11);
    expect(receiver.hits[0]?.headers['webhook-id']).toBe(delivery?.messageId);
    await somebody.api.patch(`${PATH}/${somebody.endpoint.id}`, { status: 'disabled' });
    expect(await replay()).toMatchObject({ status: 409, body: { code: 'WEBHOOK_ENDPOINT_DISABLED' } });
  });

  it('tells of what was subscribed to, while the endpoint is enabled, and of nothing that is not public', async () => {
    receiver.willAnswer(says(200));
    const some = await subscribed({ eventTypes: [parcelWeighed.name] });
    const all = await endpointAt(some.api, `${receiver.url}/all`, { eventTypes: ['*'] });
    const off = await endpointAt(some.api, `${receiver.url}/off`);
    await some.api.patch(`${PATH}/${off.id}`, { status: 'disabled' });
    for (const event of [parcelSecret, parcelPosted, parcelWeighed]) await tell(test, some.actor, { event });
    await hits(3);
    expect((await deliveries(some)).map(({ eventType }) => eventType)).toEqual([parcelWeighed.name]);
    expect(await deliveriesOf(some.api, all.id)).toHaveLength(2);
    expect(await deliveriesOf(some.api, off.id)).toEqual([]);
    const { body } = await some.api.get('/v1/event-types');
    expect(body).toMatchObject({ all: '*' });
    expect(body.eventTypes).toEqual(expect.arrayContaining([parcelPosted.name, 'membership.created']));
    expect(body.eventTypes).not.toContain(parcelSecret.name);
    const unknown = await some.api.post(PATH, { url: receiver.url, eventTypes: [parcelSecret.name] });
    expect(unknown).toMatchObject({ status: 400, body: { code: 'UNKNOWN_EVENT_TYPE' } });
  });

  it('is not larger than 20,000 bytes: what is says so, and is not sent', async () => {
    receiver.willAnswer(says(200));
    const somebody = await subscribed();
    await tell(test, somebody.actor, { text: 'x'.repeat(20_001) });
    await ended(somebody, 'cancelled');
    const [delivery] = await deliveries(somebody);
    expect(delivery).toMatchObject({ errorCode: 'EVENT_TOO_LARGE', attempts: [], nextAttemptAt: null });
    const replayed = await somebody.api.post(`/v1/webhook-deliveries/${delivery?.id}/replay`);
    expect(replayed).toMatchObject({ status: 409, body: { code: 'WEBHOOK_TOO_LARGE' } });
    expect(receiver.hits).toEqual([]);
  });

  it('can be tried out, once, and shows a trimmed answer', async () => {
    receiver.willAnswer(says(500, 'y'.repeat(100_000)));
    const somebody = await subscribed();
    await somebody.api.patch(`${PATH}/${somebody.endpoint.id}`, { status: 'disabled' });
    const { status, body } = await somebody.api.post(`${PATH}/${somebody.endpoint.id}/test`);
    expect({ status, body }).toMatchObject({ status: 200, body: { status: 'failed', eventType: 'webhook.test' } });
    expect(body.attempts).toMatchObject([{ statusCode: 500, response: 'y'.repeat(1_024) }]);
    receiver.willAnswer(says(200, 'z'.repeat(100_000)));
    const again = await somebody.api.post(`${PATH}/${somebody.endpoint.id}/test`);
    expect(again.body).toMatchObject({ status: 'delivered' });
    expect(verify(somebody.endpoint, receiver.hits[0] as Hit)).toMatchObject({ type: 'webhook.test' });
  });

  it('[R-03] #2 has a secret that is shown once, and stands nowhere in the database but sealed', async () => {
    receiver.willAnswer(says(200));
    const somebody = await subscribed();
    const { secret } = somebody.endpoint;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await tell(test, somebody.actor);
    await ended(somebody, 'delivered');
    expect(JSON.stringify([await read(somebody), (await somebody.api.get(PATH)).body])).not.toContain('whsec_');
    const tables = await sql<{ name: string }>(
      test.databaseUrl,
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
        WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of tables) {
      const found = await sql(test.databaseUrl, `SELECT 1 FROM ${name} t WHERE strpos(t::text, $1) > 0`, [
        secret.slice(6),
      ]);
      expect({ name, found }).toEqual({ name, found: [] });
    }
    const [row] = await sql<{ sealed: string }>(
      test.databaseUrl,
      'SELECT secret AS sealed FROM webhook_endpoints WHERE id = $1',
      [somebody.endpoint.id],
    );
    // The id of the key, then nonce, tag and ciphertext.
    expect(row?.sealed).toMatch(/^[0-9a-f]{8}\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
  });
});
