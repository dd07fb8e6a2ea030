import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import { sql } from '../../../test/harness/database.js';
import { KeyedModule, PURCHASES } from '../../../test/harness/keyed.controller.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { leastOf, timeOf } from '../../../test/harness/timing.js';

const PATH = '/v1/test/keyed';

describe('a request with an idempotency key', () => {
  let test: TestApp;
  let twin: TestApp;
  let api: ApiClient;
  let header: string;

  beforeAll(async () => {
    const env = { DB_POOL_MAX: '5' };
    test = await TestApp.start({ modules: [KeyedModule], env });
    twin = await TestApp.start({ modules: [KeyedModule], env, databaseUrl: test.databaseUrl });
    await sql(test.databaseUrl, PURCHASES);
    const somebody = await test.actor();
    api = somebody.api;
    header = JSON.stringify(somebody.actor);
  });

  const buy = (key: string, body: object, as = api, path = PATH) =>
    as.with({ 'idempotency-key': key }).post(path, body);
  const bought = async (thing: string) =>
    (await sql(test.databaseUrl, 'SELECT FROM test_purchases WHERE thing = $1', [thing])).length;
  const kept = async (key: string) =>
    (await sql(test.databaseUrl, 'SELECT FROM idempotency_keys WHERE key = $1', [key])).length;
  const asText = async (key: string, thing: string) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key, [ACTOR_HEADER]: header };
    const response = await fetch(new URL(PATH, test.url), { method: 'POST', headers, body: JSON.stringify({ thing }) });
    return response.text();
  };
  const expectOneEffect = async (answers: Answer[], thing: string) => {
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
    const replayed = answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true');
    expect(replayed).toHaveLength(answers.length - 1);
    expect(await bought(thing)).toBe(1);
  };

  it('[R-62] #1 [R-28] #1 has one effect and one answer, however many of it come at once', async () => {
    const key = randomUUID();
    const thing = 'one of ten';
    await expectOneEffect(
      await Promise.all(Array.from({ length: 10 }, () => buy(key, { thing, takesMs: 300 }))),
      thing,
    );
  });

  it('[R-62] #1 has one effect also when its twins come to another instance', async () => {
    const key = randomUUID();
    const thing = 'one of two instances';
    const clients = [api, twin.api.with({ [ACTOR_HEADER]: header })];
    const requests = Array.from({ length: 10 }, (_, n) => buy(key, { thing, takesMs: 300 }, clients[n % 2]));
    await expectOneEffect(await Promise.all(requests), thing);
  });

  it('[R-62] gets the same bytes again', async () => {
    const key = randomUUID();
    const first = await asText(key, 'to the byte');
    expect(first).toMatch(/^\{"thing":"to the byte","id":".+","at":".+Z"\}$/);
    expect(await asText(`"${key}"`, 'to the byte')).toBe(first);
  });

  it('[R-62] is refused if the same key comes with another request', async () => {
    const key = randomUUID();
    await buy(key, { thing: 'the first' });
    expect(await buy(key, { thing: 'the second' })).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    });
    expect(await bought('the second')).toBe(0);
  });

  it('[R-62] is another request in another path, and another key in another operation', async () => {
    const key = randomUUID();
    const body = { thing: 'in a shop' };
    expect(await buy(key, body, api, `${PATH}/corner`)).toMatchObject({ status: 201 });
    expect(await buy(key, body, api, `${PATH}/centre`)).toMatchObject({ status: 422 });
    expect(await buy(key, body)).toMatchObject({ status: 201 });
    expect(await bought('in a shop')).toBe(2);
  });

  it('[R-62] needs a key, and says so in the document', async () => {
    expect(await api.post(PATH, { thing: 'x' })).toMatchObject({
      status: 400,
      body: { code: 'IDEMPOTENCY_KEY_REQUIRED' },
    });
    expect(await buy('"half', { thing: 'x' })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/headers/idempotency-key' }] },
    });
    const operation = test.contract.document.paths[PATH]?.post;
    expect(operation?.parameters).toMatchObject([{ in: 'header', name: 'Idempotency-Key', required: true }]);
    for (const [status, code] of [
      [400, 'IDEMPOTENCY_KEY_REQUIRED'],
      [409, 'IDEMPOTENCY_IN_PROGRESS'],
      [422, 'IDEMPOTENCY_MISMATCH'],
    ] as const) {
      expect(operation?.responses[status]).toMatchObject({ description: expect.stringContaining(code) as string });
    }
  });

  it('[R-62] is free to try again if it failed', async () => {
    const key = randomUUID();
    const refused = { thing: 'refused', isRefused: true };
    expect(await buy(key, refused)).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect({ kept: await kept(key), bought: await bought('refused') }).toEqual({ kept: 0, bought: 0 });
    const again = await buy(key, { thing: 'refused' });
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotent-replayed')).toBeNull();
  });

  it('[R-62] is kept for a day, and its key is free afterwards', async () => {
    const key = randomUUID();
    await buy(key, { thing: 'yesterday' });
    const [{ hours } = { hours: 0 }] = await sql<{ hours: number }>(
      test.databaseUrl,
      'SELECT extract(epoch FROM expires_at - now())::float / 3600 AS hours FROM idempotency_keys WHERE key = $1',
      [key],
    );
    expect(hours).toBeCloseTo(24, 1);
    await sql(test.databaseUrl, 'UPDATE idempotency_keys SET expires_at = now() WHERE key = $1', [key]);
    const today = await buy(key, { thing: 'today' });
    expect(today).toMatchObject({ status: 201, body: { thing: 'today' } });
    expect(await buy(key, { thing: 'today' })).toMatchObject({ status: 201, body: today.body });
  });

  it('[R-62] belongs to its actor', async () => {
    const key = randomUUID();
    const { api: other } = await test.actor();
    const answers = [await buy(key, { thing: 'mine' }), await buy(key, { thing: 'mine' }, other)];
    expect(answers).toMatchObject([{ status: 201 }, { status: 201 }]);
    expect(answers[0]?.body.id).not.toBe(answers[1]?.body.id);
  });

  it.each(['the same instance', 'another instance'])('[R-62] lets a twin at %s wait for two seconds', async (where) => {
    const key = randomUUID();
    const thing = `slow, ${where}`;
    const first = buy(key, { thing, takesMs: 3_000 });
    await sleep(300);
    const started = performance.now();
    const client = where === 'the same instance' ? api : twin.api.with({ [ACTOR_HEADER]: header });
    const second = await buy(key, { thing, takesMs: 3_000 }, client);
    const waited = performance.now() - started;
    expect(second).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_IN_PROGRESS' } });
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(waited).toBeGreaterThan(1_800);
    expect(waited).toBeLessThan(2_950);
    expect(await first).toMatchObject({ status: 201 });
    expect(await bought(thing)).toBe(1);
  });

  it('[R-62] leaves the connections to others while 20 twins of it wait', async () => {
    const whileTwinsWait = async () => {
      const [key, thing] = [randomUUID(), randomUUID()];
      const twins = Array.from({ length: 20 }, () => buy(key, { thing, takesMs: 1_000 }));
      await sleep(200);
      const took = await timeOf(async () => {
        const others = await Promise.all(Array.from({ length: 20 }, () => api.get(`${PATH}/database`)));
        expect(others.every(({ status }) => status === 200)).toBe(true);
      });
      await expectOneEffect(await Promise.all(twins), thing);
      return took;
    };
    expect(await leastOf(3, 800, whileTwinsWait)).toBeLessThan(800);
  });

  it('[R-62] leaves nothing half-finished when the process is killed in the middle', async () => {
    const env = { ...PRODUCTION, DATABASE_URL: test.databaseUrl, DB_POOL_MAX: '5' };
    const app = await AppProcess.serve(env, 'test/fixtures/main-with-keyed-routes.js');
    const key = randomUUID();
    const request = { thing: 'crash', takesMs: 9_000 };
    const killed = buy(key, request, new ApiClient(app.url).with({ [ACTOR_HEADER]: header })).catch(() => 'reset');
    const working = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'
      AND query LIKE 'INSERT INTO test_purchases%'`;
    await app.until(async () => (await sql(test.databaseUrl, working)).length > 0);
    app.kill('SIGKILL');
    expect(await killed).toBe('reset');
    expect({ kept: await kept(key), bought: await bought('crash') }).toEqual({ kept: 0, bought: 0 });
    expect(await buy(key, { ...request, takesMs: 0 })).toMatchObject({ status: 201 });
    expect(await bought('crash')).toBe(1);
  });
});
