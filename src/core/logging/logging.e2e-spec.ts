import { ApiClient } from '../../../test/harness/api-client.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { CANARY } from '../../../test/harness/routes.controller.js';

const ENTRY = 'test/fixtures/main-with-test-routes.js';
const UUID = /^[0-9a-f-]{36}$/;

describe('the log', () => {
  let app: AppProcess;
  let api: ApiClient;
  beforeAll(async () => {
    app = await AppProcess.serve({ ...PRODUCTION, DATABASE_URL: await cloneDatabase(), LOG_LEVEL: 'debug' }, ENTRY);
    api = new ApiClient(app.url);
  });

  const linesOf = (requestId: string) => app.log.filter((line) => line.requestId === requestId);

  it('[R-14] #1 carries the caller’s request id, if it can do no harm, through header, body and lines', async () => {
    const kept = await api.with({ 'x-request-id': 'test-12345678' }).get('/v1/test/throws');
    expect(kept.headers.get('x-request-id')).toBe('test-12345678');
    expect(kept.body.requestId).toBe('test-12345678');
    await app.until(() => linesOf('test-12345678').length === 2);

    for (const id of ['x'.repeat(500), 'short', 'has space in it', 'semi;colon;semi']) {
      const { headers, body } = await api.with({ 'x-request-id': id }).get('/v1/test/throws');
      expect(headers.get('x-request-id')).toMatch(UUID);
      expect(body.requestId).toBe(headers.get('x-request-id'));
    }
    for (const path of ['/v1/nowhere', '/health/live', '/%zz']) {
      expect((await api.get(path)).headers.get('x-request-id')).toMatch(UUID);
    }
  });

  it('[R-15] #2 tells of a failed statement its beginning, and none of its values', async () => {
    const { headers } = await api.get('/v1/test/bad-uuid/canary-parameter');
    const requestId = headers.get('x-request-id') ?? '';
    await app.until(() => linesOf(requestId).length === 2);
    const failure = linesOf(requestId).find(({ level }) => level === 'error') as { err: Record<string, string> };
    expect(failure.err).toMatchObject({ code: '22P02', statement: 'SELECT * FROM users WHERE id = $1' });
    expect(failure.err.statement?.length).toBeLessThanOrEqual(53);
    expect(failure.err.stack).toContain('at ');
    expect(app.stdout).not.toContain('canary-parameter');
  });

  it('[R-03] #3 says DECRYPT_FAILED of a sealed value that was changed, and the answer says nothing', async () => {
    const { status, headers, body } = await api.get('/v1/test/decrypts');
    expect({ status, body }).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    const requestId = headers.get('x-request-id') ?? '';
    await app.until(() => linesOf(requestId).length === 2);
    expect(linesOf(requestId).find(({ level }) => level === 'error')).toMatchObject({
      err: { code: 'DECRYPT_FAILED' },
    });
  });

  it('tells addresses by route, without what a query holds', async () => {
    const { headers } = await api.get('/v1/test/work?limit=5&secret=canary-query');
    const requestId = headers.get('x-request-id') ?? '';
    await app.until(() => linesOf(requestId).length === 1);
    expect(linesOf(requestId)).toMatchObject([{ method: 'GET', route: '/v1/test/work', status: 400 }]);
    expect(app.stdout).not.toContain('canary-query');
  });

  it('[R-13] #1 is one JSON object a line, from the first to the last', async () => {
    const paths = ['/health/live', '/v1/nowhere', '/v1/test/throws', '/v1/test/html', '/v1/test/owner'];
    const answers = await Promise.all([...paths, ...paths, ...paths, ...paths].map((path) => api.get(path)));
    app.kill('SIGTERM');
    expect(await app.exit).toEqual({ code: 0, signal: null });
    for (const line of app.log) {
      expect(line).toMatchObject({
        level: expect.any(String) as string,
        time: expect.any(String) as string,
        msg: expect.any(String) as string,
        service: 'aerie',
        version: expect.any(String) as string,
        context: expect.any(String) as string,
      });
    }
    for (const { status, headers } of answers) {
      const lines = linesOf(headers.get('x-request-id') ?? '').filter(({ msg }) => msg === 'request');
      expect(lines).toMatchObject([{ method: 'GET', status, durationMs: expect.any(Number) as number }]);
      expect(lines[0]).toHaveProperty('route');
    }
  });
});

describe('the stack of what was not expected', () => {
  it.each([
    ['development', true],
    ['staging', false],
    ['production', false],
  ])('[R-09] #2 is in the log in %s, and in the answer: %s', async (NODE_ENV, shown) => {
    const app = await AppProcess.serve({ ...PRODUCTION, NODE_ENV, DATABASE_URL: await cloneDatabase() }, ENTRY);
    const { body } = await new ApiClient(app.url).get('/v1/test/throws');
    expect('stack' in body).toBe(shown);
    expect(JSON.stringify(body).includes(CANARY)).toBe(shown);
    await app.until(() => app.log.some(({ msg }) => msg === 'unexpected error'));
    const line = app.log.find(({ msg }) => msg === 'unexpected error') as { err: { stack: string } };
    expect(line.err.stack).toContain(CANARY);
    expect(line.err.stack).toMatch(/ at .*routes/);
    await app.stop();
  });
});
