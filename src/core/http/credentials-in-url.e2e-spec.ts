import { cloneDatabase } from '../../../test/harness/database.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';

const CANARY = 'canary-4d81c0';

describe('credentials in URLs', () => {
  let app: AppProcess;
  beforeAll(async () => {
    app = await AppProcess.serve({ ...PRODUCTION, LOG_LEVEL: 'trace', DATABASE_URL: await cloneDatabase() });
  });

  const get = async (path: string) => {
    const response = await fetch(`${app.url}${path}`);
    return { status: response.status, text: await response.text() };
  };

  it('are refused on every route, and their value is written down nowhere', async () => {
    for (const name of ['api_key', 'apikey', 'API_KEY', 'token', 'key', 'Access_Token', 'a=1&token', 'api%5Fkey']) {
      for (const path of ['/health/live', '/v1/nowhere', '/']) {
        const { status, text } = await get(`${path}?${name}=${CANARY}`);
        expect({ name, path, status, code: (JSON.parse(text) as { code: string }).code }).toEqual({
          name,
          path,
          status: 400,
          code: 'CREDENTIALS_IN_URL',
        });
        expect(text).not.toContain(CANARY);
      }
    }
    await app.until(() => app.log.filter(({ msg }) => msg === 'request').length >= 24);
    expect(app.stdout + app.stderr).not.toContain(CANARY);
  });

  it('are not what a name that only looks alike is', async () => {
    for (const name of ['monkey', 'keys', 'x-token', 'tokens']) {
      expect(await get(`/health/live?${name}=1`)).toMatchObject({ status: 200 });
    }
    expect(await get('/health/live?a=token=1')).toMatchObject({ status: 200 });
  });
});
