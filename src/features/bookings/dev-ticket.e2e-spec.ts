import { TestApp } from '../../../test/harness/app.js';

const page = (test: TestApp) => fetch(new URL('/dev/app/ticket', test.url));

describe('the page that the link to a ticket leads to in development', () => {
  it('runs nothing but its own script, calls nothing but the API, and is no part of its document', async () => {
    const test = await TestApp.start();
    const response = await page(test);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(response.status).toBe(200);
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^ ;]+'; connect-src 'self'; style-src 'sha256-[^ ;]+'; /,
    );
    expect(policy).not.toContain('unsafe');
    expect(Object.keys(test.contract.document.paths).filter((path) => path.startsWith('/dev'))).toEqual([]);
  });

  it('is not there where the inbox is switched off, as in production', async () => {
    const test = await TestApp.start({ env: { MAIL_INBOX_ENABLED: 'false' } });
    expect((await page(test)).status).toBe(404);
  });
});
