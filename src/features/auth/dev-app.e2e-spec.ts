import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';

const PATHS = ['/dev/app', '/dev/app/verify-email', '/dev/app/reset-password', '/dev/app/accept-invitation'];

describe('the pages that links of mails lead to in development', () => {
  it('run nothing but their own script, and are no part of the API’s document', async () => {
    const test = await TestApp.start();
    for (const path of PATHS) {
      const response = await fetch(new URL(path, test.url));
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(response.status).toBe(200);
      expect(policy).toMatch(
        /^default-src 'none'; script-src 'sha256-[^ ;]+'; connect-src 'self'; style-src 'sha256-[^ ;]+'; /,
      );
      expect(policy).not.toContain('unsafe');
      expect(await response.text()).toContain('href="/dev/inbox"');
    }
    expect(Object.keys(test.contract.document.paths).filter((path) => path.startsWith('/dev'))).toEqual([]);
  });

  it('are not there in production', async () => {
    const app = await AppProcess.serve({ ...PRODUCTION, DATABASE_URL: await cloneDatabase() });
    for (const path of PATHS) expect((await fetch(`${app.url}${path}`)).status).toBe(404);
  });

  it('are not there where the inbox is switched off', async () => {
    const test = await TestApp.start({ env: { MAIL_INBOX_ENABLED: 'false' } });
    for (const path of PATHS) expect((await fetch(new URL(path, test.url))).status).toBe(404);
  });
});
