import { DataSource } from 'typeorm';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { HttpSink } from '../../../test/harness/http-sink.js';
import { AppProcess, METRICS, PRODUCTION } from '../../../test/harness/process.js';
import { refusal } from '../../../test/harness/refusal.js';
import { TestRoutesModule } from '../../../test/harness/routes.controller.js';
import { following, TracedModule } from '../../../test/harness/traced.controller.js';
import { KIND, type SeenSpan, spansIn } from '../../../test/harness/traces.js';
import { Outbound } from '../outbound/outbound.js';

const ENTRY = 'test/fixtures/main-with-test-routes.js';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const INVALID = [
  `ff-${TRACE}-${CALLER}-01`,
  `00-${'0'.repeat(32)}-${CALLER}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${CALLER}-01`,
  `00-${TRACE}-${CALLER}-01-more`,
  'nonsense',
];

const tracing = (sink: { url: string }, sample = '1') => ({
  OTEL_ENABLED: 'true',
  OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  OTEL_TRACES_SAMPLE: sample,
});

describe('a trace', () => {
  /** What the collector gets of an application that does this and stops. */
  async function spansOf(use: (test: TestApp) => Promise<void>, env = {}): Promise<SeenSpan[]> {
    const sink = await HttpSink.open();
    const test = await TestApp.start({ env: { ...tracing(sink), ...env }, modules: [TestRoutesModule, TracedModule] });
    await use(test);
    await test.close();
    return spansIn(sink);
  }

  it('[R-89] goes from the request through its job to SQL and other services, with the right parents', async () => {
    const called = await HttpSink.open();
    const spans = await spansOf(async (test) => {
      const followed = Promise.withResolvers<void>();
      const upstream = test.app.get(Outbound, { strict: false }).upstream('followed', { url: called.url });
      following.work = () => upstream.request({ method: 'GET', path: '/called' }).then(() => followed.resolve());
      await test.api.post('/v1/test/traced');
      await followed.promise;
      await test.app.get(DataSource).query(`SELECT 'nobody asked'`);
    });
    const byText = (text: string) => spans.find(({ attributes }) => String(attributes['db.query.text']).includes(text));
    const [request] = spans.filter(({ kind }) => kind === KIND.server);
    const [job] = spans.filter(({ kind }) => kind === KIND.consumer);
    expect(request).toMatchObject({ name: 'POST /v1/test/traced' });
    expect(request?.parentSpanId).toBeUndefined();
    expect(job).toMatchObject({ name: 'job tracing.follow', parentSpanId: request?.spanId });
    expect(byText('asked')).toMatchObject({ name: 'SELECT', kind: KIND.client, parentSpanId: request?.spanId });
    expect(byText('START TRANSACTION')).toMatchObject({ parentSpanId: request?.spanId });
    expect(byText('COMMIT')).toMatchObject({ parentSpanId: request?.spanId });
    expect(byText('followed')).toMatchObject({ name: 'SELECT', kind: KIND.client, parentSpanId: job?.spanId });
    expect(byText('nobody asked')).toBeUndefined();
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(called.received[0]?.headers.traceparent).toBe(`00-${request?.traceId}-${job?.spanId}-01`);
    expect(JSON.stringify(spans)).not.toContain('canary-value');
    expect(request?.resource).toMatchObject({ 'service.name': 'aerie', 'deployment.environment.name': 'test' });
  });

  it('goes on with that of its caller, and begins a new one if it is not valid', async () => {
    const spans = await spansOf(async ({ api }) => {
      await api.with({ traceparent: `00-${TRACE}-${CALLER}-01`, tracestate: 'vendor=1' }).get('/v1/test/reads');
      await api.with({ traceparent: `00-${TRACE}-${CALLER}-00` }).get('/v1/test/html');
      for (const traceparent of INVALID) await api.with({ traceparent }).get('/v1/test/html');
    });
    const requests = spans.filter(({ kind }) => kind === KIND.server);
    expect(requests).toHaveLength(1 + INVALID.length);
    const [kept, ...others] = requests;
    expect(kept).toMatchObject({ name: 'GET /v1/test/reads', traceId: TRACE, parentSpanId: CALLER });
    for (const { traceId, parentSpanId } of others) {
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(traceId).not.toBe(TRACE);
      expect(parentSpanId).toBeUndefined();
    }
  });

  it('tells of a request its route and its status, and of a failure its code, and nothing else', async () => {
    const spans = await spansOf(async ({ api }) => {
      await api.with({ 'x-request-id': 'traced-1234' }).get('/v1/test/bad-uuid/canary-value?and=canary-query');
      await api.get('/v1/test/canary-nowhere');
    });
    const [failed, unknown] = spans.filter(({ kind }) => kind === KIND.server);
    expect(failed).toMatchObject({
      name: 'GET /v1/test/bad-uuid/:id',
      status: { code: 2 },
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/v1/test/bad-uuid/:id',
        'http.response.status_code': 500,
        'url.scheme': 'http',
        'error.type': '500',
        'problem.code': 'INTERNAL',
      },
    });
    expect(unknown).toMatchObject({ name: 'GET', attributes: { 'problem.code': 'NOT_FOUND' } });
    expect(unknown?.status.code).toBe(0);
    const [statement] = spans.filter(({ kind }) => kind === KIND.client);
    expect(statement).toMatchObject({
      parentSpanId: failed?.spanId,
      status: { code: 2 },
      attributes: { 'error.type': '22P02', 'db.query.text': 'SELECT * FROM users WHERE id = $1' },
    });
    expect(JSON.stringify(spans)).toContain('traced-1234');
    expect(JSON.stringify(spans)).not.toContain('canary');
  });

  it('is kept as often as was said, if it begins here', async () => {
    const ask = async ({ api }: TestApp) =>
      void (await Promise.all(Array.from({ length: 40 }, () => api.get('/v1/test/reads'))));
    expect(await spansOf(ask, { OTEL_TRACES_SAMPLE: '0' })).toEqual([]);
    const some = (await spansOf(ask, { OTEL_TRACES_SAMPLE: '0.5' })).filter(({ kind }) => kind === KIND.server);
    expect(some.length).toBeGreaterThan(5);
    expect(some.length).toBeLessThan(35);
  });
});

describe('tracing', () => {
  it('[R-89] connects to nobody unless it is on', async () => {
    const sink = await HttpSink.open();
    const test = await TestApp.start({ env: { ...tracing(sink), OTEL_ENABLED: undefined }, modules: [TracedModule] });
    expect(await test.api.post('/v1/test/traced')).toMatchObject({ status: 201 });
    const rows = await sql(
      test.databaseUrl,
      `SELECT data->'trace' AS trace FROM pgboss.job WHERE name = 'tracing.follow'`,
    );
    expect(rows).toEqual([{ trace: null }]);
    await test.close();
    expect(sink.connections).toBe(0);
  });

  it('[R-04] is not started without knowing where to', async () => {
    const { named } = await refusal({ OTEL_ENABLED: 'true' });
    expect(named).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
  });

  it('names the trace in each line of the log that belongs to one', async () => {
    const sink = await HttpSink.open();
    const app = await AppProcess.serve({ ...PRODUCTION, ...tracing(sink), DATABASE_URL: await cloneDatabase() }, ENTRY);
    const traceparent = `00-${TRACE}-${CALLER}-01`;
    await fetch(`${app.url}/v1/test/throws`, { headers: { traceparent, 'x-request-id': 'traced-1234' } });
    const lines = () => app.log.filter(({ requestId }) => requestId === 'traced-1234');
    await app.until(() => lines().length === 2);
    for (const line of lines()) expect(line).toMatchObject({ trace_id: TRACE, span_id: expect.any(String) as string });
    const left = fetch(`${app.url}/v1/test/works?limit=500`, {
      headers: { traceparent },
      signal: AbortSignal.timeout(300),
    });
    await expect(left).rejects.toThrow('timeout');
    await app.until(() => app.log.some(({ aborted }) => aborted === true));
    expect(app.log.find(({ aborted }) => aborted === true)).toMatchObject({ trace_id: TRACE });
    app.kill('SIGTERM');
    expect(await app.exit).toEqual({ code: 0, signal: null });
    const [request] = spansIn(sink);
    expect(request).toMatchObject({ traceId: TRACE, spanId: lines()[0]?.span_id });
    expect(
      app.log.find(({ trace_id, requestId }) => trace_id !== undefined && requestId === undefined),
    ).toBeUndefined();
  });

  it.each(['refuses', 'is silent', 'is not there'])(
    'delays neither a request nor the end of the process by a collector that %s, and counts what is lost',
    async (what) => {
      const sink = await HttpSink.open();
      sink.answer = what === 'refuses' ? 403 : 'silent';
      if (what === 'is not there') await sink.close();
      const env = { ...PRODUCTION, ...METRICS.env, ...tracing(sink), DATABASE_URL: await cloneDatabase() };
      const app = await AppProcess.serve(env, ENTRY);
      for (let count = 0; count < 20; count++) {
        const asked = performance.now();
        expect((await fetch(`${app.url}/v1/test/reads`)).status).toBe(200);
        expect(performance.now() - asked).toBeLessThan(1_000);
      }
      if (what === 'refuses') {
        const lost = () => METRICS.value(app, 'side_effect_failures_total', 'sink="traces"');
        await eventually(async () => expect(await lost()).toBeGreaterThan(0), 20_000);
      }
      app.kill('SIGTERM');
      const stopped = performance.now();
      expect(await app.exit).toEqual({ code: 0, signal: null });
      expect(performance.now() - stopped).toBeLessThan(5_000);
    },
    40_000,
  );
});
