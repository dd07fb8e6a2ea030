import { ApiClient } from '../../../test/harness/api-client.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { AppProcess, METRICS, PRODUCTION } from '../../../test/harness/process.js';

const ENTRY = 'test/fixtures/main-with-test-routes.js';

describe('the process', () => {
  let app: AppProcess;
  let api: ApiClient;
  beforeEach(async () => {
    app = await AppProcess.serve({ ...PRODUCTION, ...METRICS.env, DATABASE_URL: await cloneDatabase() }, ENTRY);
    api = new ApiClient(app.url);
  });

  const lines = (msg: string) =>
    app.log.filter((line) => line.msg === msg) as { level: string; err: { stack: string } }[];

  it('[R-10] #1 tells of a lost promise and goes on; five within a minute end it with code 1', async () => {
    await api.post('/v1/test/forgets-a-promise');
    await app.until(() => lines('unhandled rejection').length === 1);
    expect(lines('unhandled rejection')[0]).toMatchObject({ level: 'error' });
    expect(lines('unhandled rejection')[0]?.err.stack).toContain(' at ');
    expect(await api.get('/health/live')).toMatchObject({ status: 200 });
    expect(await METRICS.value(app, 'process_unhandled_rejections_total')).toBe(1);
    for (let count = 2; count <= 5; count++) await api.post('/v1/test/forgets-a-promise');
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(lines('unhandled rejection')).toHaveLength(5);
  });

  it('[R-10] #2 ends with code 1 after an exception that nobody caught, when the open requests are answered', async () => {
    const started = Date.now();
    const open = api.get('/v1/test/slower');
    await api.post('/v1/test/crashes');
    expect(await open).toMatchObject({ status: 200, body: { name: 'done' } });
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(lines('uncaught exception')).toMatchObject([{ level: 'fatal' }]);
    expect(lines('uncaught exception')[0]?.err.stack).toContain(' at ');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with code 0 on %s', async (signal) => {
    app.kill(signal);
    expect(await app.exit).toEqual({ code: 0, signal: null });
  });
});
