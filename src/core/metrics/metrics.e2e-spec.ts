import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { Load, shoot } from '../../../test/harness/load.js';
import { AppProcess, METRICS, PRODUCTION } from '../../../test/harness/process.js';
import { TestRoutesModule } from '../../../test/harness/routes.controller.js';

const LINE = /^(# (HELP|TYPE) \S+ .+|[a-zA-Z_:][\w:]*(\{[^}]*\})? -?[\d.e+-]+(Inf)?|.* [Nn]a[Nn]|)$/;

describe('the metrics', () => {
  it('[R-87] #1 count each request by route template, and tell how long it took', async () => {
    const test = await TestApp.start({ modules: [TestRoutesModule], env: METRICS.env });
    const total = () => METRICS.value(test, 'http_requests_total', 'route="/v1/test/html"');
    const before = await total();
    await Promise.all(Array.from({ length: 100 }, () => test.api.get('/v1/test/html')));
    expect(await total()).toBe(before + 100);
    const text = await METRICS.read(test);
    for (const line of text.split('\n')) expect(line).toMatch(LINE);
    const buckets = text.split('\n').filter((line) => /_duration_seconds_bucket\{.*test\/html/.test(line));
    expect(buckets.length).toBeGreaterThan(8);
    expect(buckets.at(-1)).toMatch(/le="\+Inf".* 100$/);
    for (const name of [
      'db_pool_connections',
      'db_pool_waiting',
      'http_requests_in_flight',
      'nodejs_eventloop_lag_p99_seconds',
    ]) {
      expect(text).toContain(`\n${name} `);
    }
  });

  it('[R-87] #1 have as many series after a thousand ids, paths and methods as before', async () => {
    const test = await TestApp.start({ modules: [TestRoutesModule], env: METRICS.env });
    const series = async () => (await METRICS.read(test)).split('\n').filter((line) => line.startsWith('http_')).length;
    const visit = async () => {
      await Promise.allSettled([
        test.api.get(`/v1/test/bad-uuid/${randomUUID()}`),
        test.api.get(`/v1/${randomUUID()}`),
        test.api.send('PUT', '/v1/test/html'),
      ]);
    };
    await visit();
    // The first look makes the series of looking.
    await series();
    const before = await series();
    for (let batch = 0; batch < 100; batch++) await Promise.all(Array.from({ length: 10 }, visit));
    expect(await series()).toBe(before);
  });

  it('[R-87] #2 are for the holder of the token only, and for nobody if there is none', async () => {
    const test = await TestApp.start({ env: METRICS.env });
    expect(await test.api.get('/metrics')).toMatchObject({ status: 401 });
    expect(await test.api.as('a token that somebody guessed').get('/metrics')).toMatchObject({ status: 401 });
    expect(await METRICS.read(test)).toContain('http_requests_total');
    const without = await TestApp.start();
    expect(await without.api.get('/metrics')).toMatchObject({ status: 404 });
    expect(await without.api.as('undefined').get('/metrics')).toMatchObject({ status: 404 });
  });

  it('[R-110] #2 tell of an event loop that is never held up under a mixed load', async () => {
    const DATABASE_URL = await cloneDatabase();
    const env = { ...PRODUCTION, ...METRICS.env, DATABASE_URL, RATE_LIMIT_PER_ADDRESS: '1000000' };
    const app = await AppProcess.serve(env, 'test/fixtures/main-with-test-routes.js');
    const paths = ['/health/live', '/v1/test/reads', '/v1/test/slow', '/v1/test/throws', '/v1/nowhere', '/v1/users/me'];
    let next = 0;
    const load = new Load(() => shoot(`${app.url}${paths[next++ % paths.length]}`), 100);
    const lags: number[] = [];
    // What else this machine does can only add to the lag; each look begins a new measurement.
    for (let round = 0; round < 5; round++) {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      lags.push(await METRICS.value(app, 'nodejs_eventloop_lag_p99_seconds'));
    }
    const shots = await load.stop();
    expect(shots.length).toBeGreaterThan(300);
    expect(Math.min(...lags)).toBeLessThan(0.05);
  });
});
