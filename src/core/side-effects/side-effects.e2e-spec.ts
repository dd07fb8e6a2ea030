import { ApiClient } from '../../../test/harness/api-client.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { AppProcess, METRICS, PRODUCTION } from '../../../test/harness/process.js';
import type { Readiness } from '../health/health.dto.js';

interface Line {
  readonly level: string;
  readonly sink?: string;
  readonly alert?: boolean;
  readonly requestId?: string;
}

describe('side effects', () => {
  let app: AppProcess;
  let api: ApiClient;
  beforeEach(async () => {
    const env = { ...PRODUCTION, ...METRICS.env, DATABASE_URL: await cloneDatabase() };
    app = await AppProcess.serve(env, 'test/fixtures/main-with-side-effects.js');
    api = new ApiClient(app.url);
  });
  afterEach(() => app.stop());

  const failures = () => METRICS.value(app, 'side_effect_failures_total', 'sink="pager"');
  const ready = () => api.get<Readiness & Record<string, unknown>>('/health/ready');
  const lines = () => (app.log as unknown as Line[]).filter(({ sink }) => sink === 'pager');
  const fail = async (times: number) => {
    const before = await failures();
    for (let time = 1; time <= times; time++) {
      expect(await api.post('/v1/test/side-effects/fails')).toMatchObject({ status: 201 });
      await eventually(async () => expect(await failures()).toBe(before + time));
    }
  };

  it('[R-12] harm no request when their sink is down: they are counted, and one line calls the operator', async () => {
    expect(await failures()).toBe(0);
    await fail(2);
    expect(await ready()).toMatchObject({ body: { checks: { pager: { status: 'up' } } } });
    await fail(3);
    expect(lines().map(({ level }) => level)).toEqual(['warn', 'warn', 'warn', 'error', 'warn', 'warn']);
    expect(lines().filter(({ alert }) => alert)).toMatchObject([{ level: 'error', sink: 'pager' }]);
    expect(await ready()).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { pager: { status: 'degraded' }, fax: { status: 'up' } } },
    });
  });

  it('are well again after one that succeeds, and call the operator anew after three that do not', async () => {
    await fail(4);
    await api.post('/v1/test/side-effects/succeeds');
    await eventually(async () => expect((await ready()).body.checks.pager).toMatchObject({ status: 'up' }));
    await fail(3);
    expect(lines().filter(({ alert }) => alert)).toHaveLength(2);
  });

  it('carry the id of the request that they outlive', async () => {
    await api.with({ 'x-request-id': 'outlived-1' }).post('/v1/test/side-effects/fails');
    await eventually(() => Promise.resolve(expect(lines()).toMatchObject([{ requestId: 'outlived-1' }])));
  });

  it('[R-11] #2 reach the others when one of three fails', async () => {
    const { status, body } = await api.post('/v1/test/side-effects/all');
    expect({ status, body }).toEqual({ status: 201, body: { called: ['kettle', 'fax', 'telex'] } });
    await eventually(() => Promise.resolve(expect(lines()).toMatchObject([{ level: 'warn' }])));
  });

  it('do not hold up the end of the process', async () => {
    await api.post('/v1/test/side-effects/never-ends');
    const stopped = performance.now();
    app.kill('SIGTERM');
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - stopped).toBeLessThan(5_000);
    expect(app.log.find(({ resource }) => resource === 'side effects')).toBeDefined();
  });
});

describe('an initializer that is optional', () => {
  it('[R-11] #3 fails without taking the application or another one with it', async () => {
    const env = { ...PRODUCTION, DATABASE_URL: await cloneDatabase() };
    const app = await AppProcess.serve(env, 'test/fixtures/main-with-side-effects.js');
    const api = new ApiClient(app.url);
    expect(app.log.filter(({ level }) => level === 'warn')).toMatchObject([{ initializer: 'teapot' }]);
    const { body } = await api.post<{ called: string[] }>('/v1/test/side-effects/all');
    expect(body.called).toContain('kettle');
    expect(await api.get('/health/ready')).toMatchObject({
      status: 200,
      body: { checks: { teapot: { status: 'degraded' }, kettle: { status: 'up' } } },
    });
  });
});
