import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { TestApp } from '../../../test/harness/app.js';
import { TestRoutesModule } from '../../../test/harness/routes.controller.js';

const STRICT = "default-src 'none'; frame-ancestors 'none'";
const EXPECTED = {
  'content-security-policy': STRICT,
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-xss-protection': '0',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

describe('the headers of an answer', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [TestRoutesModule], env: { APP_ORIGINS: 'https://app.example.org' } });
  });

  async function headersOf(method: string, path: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
    const { status, headers } = await fetch(new URL(path, test.url), { method, ...init });
    return { status, ...Object.fromEntries(headers) };
  }

  it.each([
    ['GET', '/v1/test/html', 200],
    ['HEAD', '/v1/test/html', 200],
    ['GET', '/health/live', 200],
    ['GET', '/v1/nowhere', 404],
    ['HEAD', '/v1/nowhere', 404],
    ['GET', '/docs/nowhere', 404],
    ['DELETE', '/v1/test/topics', 405],
    ['GET', '/v1/test/throws', 500],
    ['HEAD', '/v1/test/throws', 500],
    ['GET', '/%zz', 400],
  ])('[R-54] #1 are all there after %s %s, which answers %i', async (method, path, status) => {
    const answer = await headersOf(method, path);
    expect(answer).toMatchObject({ status, ...EXPECTED });
    expect(answer).not.toHaveProperty('x-powered-by');
  });

  it('[R-54] are all there when the body is too large', async () => {
    const init = { body: 'x'.repeat(1_100_000), headers: { 'content-type': 'application/json' } };
    expect(await headersOf('POST', '/v1/test/topics', init)).toMatchObject({ status: 413, ...EXPECTED });
  });

  it('[R-54] are all there when the database is lost', async () => {
    await test.losingItsDatabase(async () => {
      expect(await headersOf('GET', '/v1/test/slow')).toMatchObject({ status: 503, ...EXPECTED });
    });
  });

  it('[R-54] are all there on a preflight', async () => {
    const headers = { origin: 'https://app.example.org', 'access-control-request-method': 'POST' };
    expect(await headersOf('OPTIONS', '/v1/test/topics', { headers })).toMatchObject({ status: 204, ...EXPECTED });
  });

  it('[R-54] are all there when what came in was not HTTP', async () => {
    const { hostname, port } = new URL(test.url);
    const socket = connect(Number(port), hostname);
    socket.write('GARBAGE\r\n\r\n');
    const answer = await text(socket);
    for (const [name, value] of Object.entries(EXPECTED)) expect(answer).toContain(`\r\n${name}: ${value}\r\n`);
  });

  it('[R-54] let nothing be loaded by an API route, and by the page of the document only what it needs', async () => {
    const page = await headersOf('GET', '/docs');
    expect(page).toMatchObject({ ...EXPECTED, status: 200, 'content-security-policy': expect.any(String) as string });
    expect(page['content-security-policy']).toContain("default-src 'none'; script-src 'self';");
    expect(page['content-security-policy']).toContain("frame-ancestors 'none'");
    for (const path of ['/health/ready', '/openapi.json', '/docsx']) {
      expect(await headersOf('GET', path)).toMatchObject({ 'content-security-policy': STRICT });
    }
  });
});
