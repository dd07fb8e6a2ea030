import { TestApp } from '../../../test/harness/app.js';
import { refusal } from '../../../test/harness/refusal.js';

const LISTED = ['https://app.example', 'https://admin.example'];
const UNLISTED = ['https://evil.example', 'https://app.example.evil.com', 'http://app.example', 'null'];
const SAYS_WHO = 'access-control-allow-origin';

describe('a browser of another origin', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ env: { APP_ORIGINS: LISTED.join() } });
  });

  async function call(method: string, origin?: string) {
    const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
    const headers = { ...(origin !== undefined && { origin }), ...(method === 'OPTIONS' && preflight) };
    const response = await fetch(new URL('/health/live', test.url), { method, headers });
    return { status: response.status, headers: Object.fromEntries(response.headers) };
  }

  it.each([undefined, '*', 'http://x'])(
    '[R-53] #1 is not let in by %s as APP_ORIGINS in production',
    async (origins) => {
      expect((await refusal({ APP_ORIGINS: origins })).named).toEqual(['APP_ORIGINS']);
    },
  );

  it.each(LISTED)('[R-53] #2 may call from %s, which is listed', async (origin) => {
    const granted = { [SAYS_WHO]: origin, 'access-control-allow-credentials': 'true' };
    const answer = await call('GET', origin);
    expect(answer).toMatchObject({ status: 200, headers: granted });
    expect(answer.headers.vary).toMatch(/\borigin\b/i);
    const preflight = await call('OPTIONS', origin);
    expect(preflight).toMatchObject({ status: 204, headers: granted });
    expect(preflight.headers).toMatchObject({ 'access-control-allow-headers': 'authorization' });
    expect(preflight.headers.vary).toMatch(/\borigin\b/i);
  });

  it.each(UNLISTED)('[R-53] #2 is granted nothing at %s, which is not listed', async (origin) => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await call(method, origin);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(headers.vary).toMatch(/\borigin\b/i);
    }
  });

  it('[R-53] is not what curl is: without an origin there is an answer, and nothing is granted', async () => {
    const { status, headers } = await call('GET');
    expect(status).toBe(200);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});
