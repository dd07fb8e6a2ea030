import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { AnswerRoutesModule } from '../../../test/harness/answers.controller.js';
import { TestApp } from '../../../test/harness/app.js';

describe('an answer', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [AnswerRoutesModule], env: { APP_ORIGINS: 'https://app.example.org' } });
  });

  /** As it comes: `fetch` would ask for compression, and undo it. */
  async function get(path: string, accepts?: string, method = 'GET', headers: Record<string, string> = {}) {
    const url = new URL(path.startsWith('/') ? path : `/v1/test/answers/${path}`, test.url);
    const all = { ...headers, ...(accepts !== undefined && { 'accept-encoding': accepts }) };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, { method, headers: all }, resolve).on('error', reject).end();
    });
    const body = await buffer(response);
    return {
      status: response.statusCode,
      headers: response.headers,
      encoding: response.headers['content-encoding'],
      body,
    };
  }

  it.each(['long', 'stream'])('[R-55] #1 is compressed as the client likes best, if it is %s', async (path) => {
    const plain = await get(path);
    expect(plain).toMatchObject({ status: 200, encoding: undefined });
    expect(plain.body.length).toBeGreaterThan(35_000);
    const brotli = await get(path, 'br, gzip');
    expect(brotli).toMatchObject({ status: 200, encoding: 'br' });
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
    const zipped = await get(path, 'gzip, deflate');
    expect(zipped.encoding).toBe('gzip');
    expect(gunzipSync(zipped.body)).toEqual(plain.body);
    for (const { body } of [brotli, zipped]) expect(body.length / plain.body.length).toBeLessThan(0.3);
  });

  it.each([
    ['short', 'br, gzip'],
    ['picture', 'br, gzip'],
    ['long', 'identity'],
    ['long', 'br;q=0, gzip;q=0.0'],
    ['long', 'zstd'],
  ])('[R-55] #1 is left as it is, if it is %s and the client accepts %s', async (path, accepts) => {
    expect(await get(path, accepts)).toMatchObject({ status: 200, encoding: undefined });
  });

  it('tells caches that there are two of it, and of which origin it is', async () => {
    const vary = async (accepts?: string) =>
      (await get('long', accepts, 'GET', { origin: 'https://app.example.org' })).headers.vary?.toLowerCase();
    for (const accepts of [undefined, 'br']) expect(await vary(accepts)).toBe('origin, accept-encoding');
  });

  it('is compressed also if it is a problem, or a file of the document', async () => {
    const problem = await get('problem', 'br');
    expect(problem).toMatchObject({ status: 409, encoding: 'br' });
    expect(problem.headers['content-type']).toContain('application/problem+json');
    expect(JSON.parse(brotliDecompressSync(problem.body).toString())).toMatchObject({ code: 'CONFLICT' });
    expect(await get('/docs/swagger-ui-bundle.js', 'br')).toMatchObject({ status: 200, encoding: 'br' });
  });

  it('is not touched if it has no body', async () => {
    const head = await get('long', 'br', 'HEAD');
    expect(head).toMatchObject({ status: 200, encoding: undefined });
    expect(head.body).toHaveLength(0);
    expect(await get('/v1/test/answers', 'br', 'DELETE')).toMatchObject({ status: 204, encoding: undefined });
  });
});
