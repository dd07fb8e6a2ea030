import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase } from '../../../test/harness/database.js';

import { eventually } from '../../../test/harness/eventually.js';
import { CANARY_EMAIL, FailingModule } from '../../../test/harness/failing.controller.js';
import { HttpSink } from '../../../test/harness/http-sink.js';
import { AppProcess, METRICS, PRODUCTION } from '../../../test/harness/process.js';
import { refusal } from '../../../test/harness/refusal.js';
import { TestRoutesModule } from '../../../test/harness/routes.controller.js';
import { eventsIn, reportingTo } from '../../../test/harness/sentry-sink.js';
import { following, TracedModule } from '../../../test/harness/traced.controller.js';
import { application } from '../config/environment.config.js';
import type { Readiness } from '../health/health.dto.js';

const ENTRY = 'test/fixtures/main-with-failing-routes.js';
const modules = [TestRoutesModule, FailingModule, TracedModule];

const until = (holds: () => void) => eventually(() => Promise.resolve(holds()));

describe('a failure', () => {
  let sink: HttpSink;
  let test: TestApp;
  beforeEach(async () => {
    sink = await HttpSink.open();
    test = await TestApp.start({ env: { ...reportingTo(sink), ...METRICS.env }, modules });
  });
  afterEach(() => test.close());

  /** Sends the canary in all that a request has. */
  const fail = (path: string) =>
    test.api
      .with({
        'x-request-id': 'failing-1234',
        'x-forwarded-for': '203.0.113.77',
        cookie: CANARY_EMAIL,
        from: CANARY_EMAIL,
      })
      .post(`${path}?who=${CANARY_EMAIL}`, { topic: CANARY_EMAIL });

  it('[R-89] of ours is told once, with what helps and nothing that is personal', async () => {
    expect(await fail(`/v1/test/failing/message/${CANARY_EMAIL}`)).toMatchObject({ status: 500 });
    await test.close();
    const [event, ...others] = eventsIn(sink);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      level: 'error',
      environment: 'test',
      release: `${application.name}@${application.version}`,
      transaction: 'POST /v1/test/failing/message/:name',
      tags: { code: 'INTERNAL', requestId: 'failing-1234' },
      exception: {
        values: [{ type: 'Error', value: expect.stringContaining('[redacted]') as string }, { type: 'Error' }],
      },
    });
    const frames = event?.exception.values.at(-1)?.stacktrace.frames ?? [];
    expect(frames.at(-1)).toMatchObject({ filename: expect.stringContaining('failing.controller') as string });
    expect(frames.at(-1)).toMatchObject({ function: 'FailingController.message' });
    for (const { stacktrace } of event?.exception.values ?? [])
      expect(JSON.stringify(stacktrace)).not.toContain('told by');
    const [{ body, headers } = { body: '', headers: {} }] = sink.received;
    for (const secret of ['canary', '203.0.113.77', 'mail.example.org']) {
      expect(body + JSON.stringify(headers)).not.toContain(secret);
    }
  });

  it('of a statement is told without its values', async () => {
    expect(await fail('/v1/test/failing/statement')).toMatchObject({ status: 500 });
    await test.close();
    const [event, ...others] = eventsIn(sink);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      tags: { code: 'INTERNAL' },
      extra: { code: '22P02', statement: 'SELECT $1::uuid, $2::text' },
      exception: { values: [{ type: 'QueryFailedError', value: 'invalid input syntax for type uuid' }] },
    });
    expect(sink.received[0]?.body).not.toContain('canary');
  });

  it('[R-89] of the caller is nobody’s business, and neither is a success', async () => {
    const { api: viewer } = await test.actor('viewer');
    const answers = [
      await test.api.get('/v1/test/work?limit=-1'),
      await test.api.get('/v1/test/owner'),
      await viewer.get('/v1/test/owner'),
      await test.api.get('/v1/nowhere'),
      await test.api.get('/v1/test/unique-violation'),
      await test.api.get('/v1/test/html'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 401, 403, 404, 409, 200]);
    await test.close();
    expect(sink.connections).toBe(0);
  });

  it('of a job is told when nobody tries again', async () => {
    let attempts = 0;
    following.work = () => Promise.reject(new Error(`attempt ${++attempts} for ${CANARY_EMAIL}`));
    await test.api.with({ 'x-request-id': 'asking-1234' }).post('/v1/test/traced');
    await eventually(() => Promise.resolve(expect(sink.received).toHaveLength(1)), 20_000);
    expect(eventsIn(sink)).toMatchObject([
      { transaction: 'job tracing.follow', tags: { code: 'JOB_DEAD', requestId: 'asking-1234' } },
    ]);
    expect(attempts).toBe(2);
    expect(sink.received[0]?.body).not.toContain('canary');
  }, 30_000);

  it('that repeats itself is told ten times a minute, and the others are counted', async () => {
    await test.losingItsDatabase(async () => {
      const lost = Array.from({ length: 30 }, () => test.api.get('/v1/test/reads'));
      for (const { status } of await Promise.all(lost)) expect(status).toBe(503);
      expect(await test.api.get('/v1/test/throws')).toMatchObject({ status: 500 });
    });
    const held = () => METRICS.value(test, 'error_reports_held_back_total', 'DEPENDENCY_UNAVAILABLE');
    const counted = await held();
    await test.close();
    const events = eventsIn(sink);
    const lost = events.filter(({ tags }) => tags.code === 'DEPENDENCY_UNAVAILABLE');
    expect(lost.length + counted).toBe(30);
    expect(lost.length).toBeGreaterThan(0);
    // The pool has two places where it notices.
    expect(lost.length).toBeLessThanOrEqual(20);
    expect(new Set(lost.map(({ level }) => level))).toEqual(new Set(['warning']));
    expect(events.filter(({ tags }) => tags.code === 'INTERNAL')).toHaveLength(1);
  });

  it('is not told while Sentry asks for a pause', async () => {
    sink.answer = 429;
    sink.headers['retry-after'] = '60';
    await fail('/v1/test/failing/statement');
    await until(() => expect(sink.received).toHaveLength(1));
    const failures = () => METRICS.value(test, 'side_effect_failures_total', 'sink="sentry"');
    await eventually(async () => expect(await failures()).toBe(1));
    await fail('/v1/test/failing/statement');
    await eventually(async () => expect(await failures()).toBe(2));
    expect(sink.received).toHaveLength(1);
  });
});

describe('error tracking', () => {
  const ready = (test: TestApp) => test.api.get<Readiness & Record<string, unknown>>('/health/ready');

  it('[R-89] connects to nobody unless it is on', async () => {
    const sink = await HttpSink.open();
    const test = await TestApp.start({ env: { ...reportingTo(sink), SENTRY_ENABLED: undefined }, modules });
    expect(await test.api.get('/v1/test/throws')).toMatchObject({ status: 500 });
    expect(await ready(test)).toMatchObject({ body: { status: 'up', checks: { sentry: { status: 'disabled' } } } });
    await test.close();
    expect(sink.connections).toBe(0);
  });

  it('[R-04] is not started without a DSN, or with something else', async () => {
    const { named } = await refusal({ SENTRY_ENABLED: 'true' });
    expect(named).toEqual(['SENTRY_DSN']);
    const { stderr } = await refusal({ SENTRY_ENABLED: 'true', SENTRY_DSN: 'https://sentry.example.org/no-key' });
    expect(stderr).toContain('SENTRY_DSN must be a DSN');
    expect(stderr).not.toContain('no-key');
  });

  it.each(['refuses', 'is silent', 'is not there'])('delays and fails no request when Sentry %s', async (what) => {
    const sink = await HttpSink.open();
    sink.answer = what === 'refuses' ? 403 : 'silent';
    if (what === 'is not there') await sink.close();
    const test = await TestApp.start({ env: { ...reportingTo(sink), ...METRICS.env }, modules });
    for (let count = 0; count < 5; count++) {
      const asked = performance.now();
      expect(await test.api.get('/v1/test/throws')).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
      expect(performance.now() - asked).toBeLessThan(1_000);
    }
    if (what !== 'is silent') {
      const failures = () => METRICS.value(test, 'side_effect_failures_total', 'sink="sentry"');
      await eventually(async () => expect(await failures()).toBe(5));
      expect(await ready(test)).toMatchObject({ status: 200, body: { checks: { sentry: { status: 'degraded' } } } });
    }
    const closed = performance.now();
    await test.close();
    expect(performance.now() - closed).toBeLessThan(7_000);
  });
});

describe('a process that reports', () => {
  let sink: HttpSink;
  let app: AppProcess;
  beforeEach(async () => {
    sink = await HttpSink.open();
    app = await AppProcess.serve({ ...PRODUCTION, ...reportingTo(sink), DATABASE_URL: await cloneDatabase() }, ENTRY);
  });

  const post = (path: string) =>
    fetch(`${app.url}${path}`, { method: 'POST', headers: { 'x-request-id': 'process-1234' } });

  it('[R-89] tells of a promise that was lost, and goes on', async () => {
    await post('/v1/test/failing/forgotten');
    await until(() => expect(eventsIn(sink)).toHaveLength(1));
    expect(eventsIn(sink)[0]).toMatchObject({
      level: 'error',
      environment: 'production',
      tags: { code: 'UNHANDLED_REJECTION', requestId: 'process-1234' },
    });
    expect(sink.received[0]?.body).not.toContain('canary');
    app.kill('SIGTERM');
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(eventsIn(sink)).toHaveLength(1);
  });

  it('[R-89] tells why it crashed before it ends', async () => {
    await post('/v1/test/failing/crash');
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(eventsIn(sink)).toMatchObject([{ level: 'fatal', tags: { code: 'UNCAUGHT_EXCEPTION' } }]);
    expect(sink.received[0]?.body).not.toContain('canary');
  });

  it('tells what it still has to tell before it ends, but not for ever', async () => {
    sink.answer = 'silent';
    await post('/v1/test/failing/crash');
    const crashed = performance.now();
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(performance.now() - crashed).toBeLessThan(8_000);
    expect(sink.received).toHaveLength(1);
  });
});
