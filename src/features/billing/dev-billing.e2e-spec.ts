import { TestApp } from '../../../test/harness/app.js';

describe('the page on which developers buy credits', () => {
  it('runs nothing but its own script, calls nothing but the API, and is no part of its document', async () => {
    const test = await TestApp.start();
    const response = await fetch(new URL('/dev/billing', test.url));
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(response.status).toBe(200);
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^ ;]+'; connect-src 'self'; style-src 'sha256-[^ ;]+'; /,
    );
    expect(policy).toContain("form-action 'none'");
    expect(policy).not.toContain('unsafe');
    const text = await response.text();
    expect(text).toContain('href="/dev/inbox"');
    expect(text).toContain('access token');
    expect(Object.keys(test.contract.document.paths).filter((path) => path.startsWith('/dev'))).toEqual([]);
  });
});
