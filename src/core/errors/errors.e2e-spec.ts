import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { TestApp } from '../../../test/harness/app.js';
import { eventually } from '../../../test/harness/eventually.js';
import { CANARY, TestRoutesModule } from '../../../test/harness/routes.controller.js';
import { errorCatalogue } from './define-error.js';
import { type Problem } from './problem.dto.js';

// What would tell an attacker about our inside.
const LEAKS = [CANARY, '/etc', ' at ', 'node_modules', 'SELECT', 'INSERT', 'relation', 'duplicate key', 'ECONN', '.ts'];

describe('a failure', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [TestRoutesModule] });
  });

  async function problem(method: string, path: string, status: number, code: string, body?: unknown): Promise<Problem> {
    const answer = await test.api.send<Problem>(method, path, body);
    expect(answer).toMatchObject({ status, body: { status, code, instance: path.split('?')[0] } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers.get('x-request-id')).toBe(answer.body.requestId);
    test.contract.checkProblem(answer.body);
    return answer.body;
  }

  it('[R-07] #1 is a problem of one shape, whatever failed', async () => {
    await problem('GET', '/v1/nowhere', 404, 'NOT_FOUND');
    await problem('GET', '/%zz', 400, 'MALFORMED_REQUEST');
    await problem('DELETE', '/v1/test/topics', 405, 'METHOD_NOT_ALLOWED');
    await problem('POST', '/v1/test/topics', 400, 'MALFORMED_REQUEST', '{"topic":');
    await problem('GET', '/v1/test/owner', 401, 'UNAUTHENTICATED');
    await problem('POST', '/v1/test/topics', 413, 'PAYLOAD_TOO_LARGE', { topic: 'x'.repeat(1_100_000) });
    await problem('GET', '/v1/test/throws', 500, 'INTERNAL');

    const xml = await test.api.with({ 'content-type': 'text/xml' }).post<Problem>('/v1/test/topics', '<topic/>');
    expect(xml).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
    const { api: viewer } = await test.actor('viewer');
    expect(await viewer.get('/v1/test/owner')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });

    const limited = await TestApp.start({
      env: { RATE_LIMIT_PER_ADDRESS: '1', TRUST_PROXY: '0' },
      modules: [TestRoutesModule],
    });
    await limited.api.get('/v1/test/html');
    expect(await limited.api.get('/v1/test/html')).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
  });

  it('[R-07] is a problem also when what came in was not HTTP', async () => {
    const { hostname, port } = new URL(test.url);
    const accepted = once(test.app.getHttpServer(), 'connection') as Promise<[Socket]>;
    // It never closes its own side: that must not keep the socket.
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    socket.write('GARBAGE\r\n\r\n');
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
    test.contract.checkProblem(JSON.parse(body));
    const [served] = await accepted;
    await eventually(() => Promise.resolve(expect(served.destroyed).toBe(true)));
    socket.destroy();
  });

  it('says which methods a resource has', async () => {
    const { headers } = await test.api.send('DELETE', '/v1/test/topics');
    expect(headers.get('allow')).toBe('POST');
  });

  it.each(['throws', 'rejects', 'guard', 'pipe/1', 'interceptor'])(
    '[R-07] #2 in a route that fails by %s ends that request and no other',
    async (route) => {
      await problem('GET', `/v1/test/${route}`, 500, 'INTERNAL');
      expect(await test.api.get('/v1/test/html')).toMatchObject({ status: 200 });
    },
  );

  it('[R-07] #3 of our own promise is found by the tests: every answer is held against the document', async () => {
    await expect(test.api.get('/v1/test/unruled-twin')).rejects.toThrow('body/name must be string');
  });

  it('[R-08] has a code of its own for each kind of mistake', async () => {
    const { api: viewer } = await test.actor('viewer');
    const answers = [
      await test.api.post('/v1/test/topics', {}),
      await test.api.get('/v1/test/owner'),
      await viewer.get('/v1/test/owner'),
      await test.api.get('/v1/nowhere'),
      await test.api.get('/v1/test/unique-violation'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 401, 403, 404, 409]);
    const codes = answers.map(({ body }) => body.code);
    expect(new Set(codes).size).toBe(5);
    expect(codes).not.toContain('INTERNAL');
  });

  it('[R-08] #2 has no code outside of the catalogue, and the document knows them all', () => {
    const { enum: documented } = test.contract.problemCodes();
    expect(documented).toEqual(errorCatalogue().map(({ code }) => code));
    expect(new Set(documented).size).toBe(documented.length);
  });

  it.each([
    ['throws', 500],
    ['unique-violation', 409],
    ['foreign-key-violation', 409],
    ['bad-uuid/canary-9f2', 500],
    ['decrypts', 500],
  ])('[R-09] #1 in %s tells nothing of our inside', async (route, status) => {
    for (const NODE_ENV of ['production', 'staging']) {
      const app = await TestApp.start({
        env: { NODE_ENV, DB_SSL_MODE: 'disable', APP_ORIGINS: 'https://app.example.org' },
        modules: [TestRoutesModule],
      });
      const { status: answered, body } = await app.api.get(`/v1/test/${route}`);
      expect(answered).toBe(status);
      const text = JSON.stringify({ ...body, instance: '' });
      for (const leak of LEAKS) expect(text).not.toContain(leak);
    }
  });

  it('[R-09] #1 of the database tells nothing of where it is', async () => {
    const app = await TestApp.start({ modules: [TestRoutesModule] });
    await app.losingItsDatabase(async () => {
      const { status, body } = await app.api.get('/v1/test/slow');
      expect(status).toBe(503);
      for (const leak of [...LEAKS, '127.0.0.1']) expect(JSON.stringify(body)).not.toContain(leak);
    });
  });
});
