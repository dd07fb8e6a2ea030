import { ApiClient } from '../../../test/harness/api-client.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { AppProcess, METRICS, PRODUCTION } from '../../../test/harness/process.js';
import { hangs, says, StubUpstream } from '../../../test/harness/upstream.js';

const GOOD = says(200, { name: 'one euro' });
const VENDOR_TEXT = 'canary: vendor stack trace';

describe('a route that asks an upstream', () => {
  let stub: StubUpstream;
  let app: AppProcess;
  let api: ApiClient;
  let databaseUrl: string;
  beforeAll(async () => {
    stub = await StubUpstream.start();
    databaseUrl = await cloneDatabase();
    const env = { ...PRODUCTION, ...METRICS.env, DATABASE_URL: databaseUrl, TEST_UPSTREAM_URL: stub.url };
    app = await AppProcess.serve(env, 'test/fixtures/main-with-upstreams.js');
    api = new ApiClient(app.url);
  });

  const warnings = () => app.log.filter(({ msg }) => msg === 'upstream is asked again');

  it('[R-76] #1 succeeds when the upstream fails twice, with a line for each time that it is asked again', async () => {
    stub.willAnswer(says(503, VENDOR_TEXT), says(502, VENDOR_TEXT), GOOD);
    const answer = await api.with({ 'x-request-id': 'asked-again-1' }).get('/v1/test/upstream/rates');
    expect(answer).toMatchObject({ status: 200, body: { name: 'one euro' } });
    const [first, second, third, ...more] = stub.hits.map(({ at }) => at) as [number, number, number];
    expect(more).toEqual([]);
    expect(second - first).toBeGreaterThanOrEqual(1_000);
    expect(third - second).toBeGreaterThanOrEqual(2_000);
    await eventually(() => Promise.resolve(expect(warnings()).toHaveLength(2)));
    const told = { level: 'warn', upstream: 'rates', method: 'GET', requestId: 'asked-again-1' };
    expect(warnings()).toMatchObject([
      { ...told, attempt: 1, reason: '503' },
      { ...told, attempt: 2, reason: '502' },
    ]);
    expect(app.stdout).not.toContain('canary');
  });

  it('[R-76] #1 asks once if it was refused, or if asking twice could do harm', async () => {
    stub.willAnswer(says(400));
    expect(await api.get('/v1/test/upstream/rates')).toMatchObject({ status: 200, body: { name: 'refused with 400' } });
    expect(stub.hits).toHaveLength(1);
    stub.willAnswer(says(503));
    expect(await api.post('/v1/test/upstream/orders')).toMatchObject({
      status: 503,
      body: { code: 'UPSTREAM_UNAVAILABLE' },
    });
    expect(stub.hits).toHaveLength(1);
  });

  it('[R-76] #3 passes on what a user wrote as one parameter, or not at all', async () => {
    stub.willAnswer(GOOD);
    for (const topic of ['a&b=c#', 'a b+c', '100 %', '../../admin?x=1', 'é 你 👩🏽', '%00', '"><script>']) {
      stub.hits.length = 0;
      expect(await api.post('/v1/test/upstream/topics', { topic })).toMatchObject({ status: 200 });
      expect(stub.hits.map(({ path, query }) => [path, [...query]])).toEqual([['/topics', [['topic', topic]]]]);
    }
    stub.hits.length = 0;
    for (const topic of ['a&b=c#%00"\n', 'tab\tbed', 'return\r', 'delete\u007f', 'nul\u0000', 'next\u0085line']) {
      expect(await api.post('/v1/test/upstream/topics', { topic })).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/topic', code: 'controlCharacters' }] },
      });
    }
    expect(stub.hits).toEqual([]);
  });

  it('[R-14] #2 passes its request id on, and says who asks', async () => {
    stub.willAnswer(GOOD);
    await api.with({ 'x-request-id': 'test-12345678' }).get('/v1/test/upstream/rates');
    expect(stub.hits[0]?.headers).toMatchObject({
      'x-request-id': 'test-12345678',
      'user-agent': expect.stringMatching(/^aerie\/\d/) as string,
      authorization: 'Bearer canary-credential',
    });
    expect(stub.hits[0]?.headers).not.toHaveProperty('traceparent');
  });

  it.each([
    [502, 'UPSTREAM_FAILED', 'an error', says(500, VENDOR_TEXT)],
    [502, 'UPSTREAM_FAILED', 'a page instead of JSON', says(200, VENDOR_TEXT)],
    [502, 'UPSTREAM_FAILED', 'other fields', says(200, { nam: VENDOR_TEXT })],
    [502, 'UPSTREAM_FAILED', 'more than anybody asked for', says(200, `{"name":"${'x'.repeat(1_048_577)}"}`)],
    [503, 'UPSTREAM_UNAVAILABLE', 'that it is overloaded', says(503, VENDOR_TEXT)],
    [503, 'UPSTREAM_UNAVAILABLE', 'that it was asked too often', says(429, VENDOR_TEXT)],
    [504, 'UPSTREAM_TIMEOUT', 'nothing', hangs],
  ])('[R-77] #2 answers %i %s if the answer is %s', async (status, code, _, behaviour) => {
    stub.willAnswer(behaviour);
    const answer = await api.get('/v1/test/upstream/brisk');
    expect(answer).toMatchObject({ status, body: { code } });
    expect(JSON.stringify(answer.body)).not.toMatch(/canary|127\.0\.0\.1/);
    expect(app.stdout).not.toContain('canary');
  });

  it('ends with its client, and with it the upstream’s connection and the statement', async () => {
    stub.willAnswer(hangs);
    const running = () =>
      sql(databaseUrl, `SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()`);
    const leaving = new AbortController();
    const headers = { 'x-request-id': 'client-leaves-1' };
    const answer = fetch(`${app.url}/v1/test/upstream/both`, { signal: leaving.signal, headers });
    await eventually(async () => {
      expect(stub.hits).toHaveLength(1);
      expect(await running()).toHaveLength(1);
    });
    const left = performance.now();
    setTimeout(() => leaving.abort(), 100);
    await expect(answer).rejects.toThrow('aborted');
    await eventually(async () => {
      expect(stub.hits[0]?.abortedAt).toBeLessThan(left + 2_000);
      expect(await running()).toEqual([]);
    });
    const lines = () => app.log.filter(({ msg, requestId }) => msg === 'request' && requestId === 'client-leaves-1');
    await eventually(() => Promise.resolve(expect(lines()).toMatchObject([{ aborted: true, status: 499 }])));
    expect(stub.hits).toHaveLength(1);
    expect(await METRICS.value(app, 'upstream_request_duration_seconds_count', 'outcome="abandoned"')).toBe(1);
  });

  it('[R-77] #1 is answered 503 at once after ten failures, and as before when the upstream is back', async () => {
    const state = (upstream: string) => METRICS.value(app, 'upstream_breaker_state', `upstream="${upstream}"`);
    await stub.stop();
    const ask = () => api.get('/v1/test/upstream/brisk');
    for (let failures = 0; (await state('brisk')) === 0; failures++) {
      expect(failures).toBeLessThan(10);
      expect(await ask()).toMatchObject({ status: 503, body: { code: 'UPSTREAM_UNAVAILABLE' } });
    }
    const started = performance.now();
    const answers = await Promise.all(Array.from({ length: 10 }, ask));
    expect((performance.now() - started) / 10).toBeLessThan(50);
    for (const { status, headers, body } of answers) {
      expect({ status, body }).toMatchObject({ status: 503, body: { code: 'UPSTREAM_UNAVAILABLE' } });
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    expect(await api.get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { 'upstream:brisk': { status: 'degraded' } } },
    });
    await stub.resume();
    stub.willAnswer(GOOD);
    expect(await api.get('/v1/test/upstream/rates')).toMatchObject({ status: 200 });
    await eventually(async () => expect(await ask()).toMatchObject({ status: 200 }));
    expect(await state('brisk')).toBe(0);
    expect(await api.get('/health/ready')).toMatchObject({ body: { checks: { 'upstream:brisk': { status: 'up' } } } });
  });
});
