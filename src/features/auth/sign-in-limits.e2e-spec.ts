import { type ApiClient } from '../../../test/harness/api-client.js';
import { ALTCHA, solve } from '../../../test/harness/altcha.js';
import { TestApp } from '../../../test/harness/app.js';
import type { CaptchaView } from '../../core/captcha/captcha.dto.js';
import { CAPTCHA_HEADER } from '../../core/captcha/captcha.guard.js';

const PASSWORD = 'a long sentence is best';
const register = (api: ApiClient, email: string) =>
  api.post('/v1/auth/register', { email, password: PASSWORD, name: 'Ada' });
const forget = (api: ApiClient, email: string) => api.post('/v1/auth/password/forgot', { email });
const login = (api: ApiClient, email: string, password = PASSWORD) => api.post('/v1/auth/login', { email, password });

describe('whoever guesses', () => {
  it('[R-51] #1 may try ten passwords of an account, from whatever addresses, and then not even the right one', async () => {
    const test = await TestApp.start();
    expect(await register(test.api, 'ada@example.org')).toMatchObject({ status: 201 });
    for (let attempt = 0; attempt < 10; attempt++) {
      // However the address is spelled, it is one account.
      const spelled = attempt % 2 ? ' ADA@example.org ' : 'ada@example.org';
      expect(await login(test.api, spelled, 'a wrong password, surely')).toMatchObject({ status: 401 });
    }
    const eleventh = await login(test.api, 'ada@example.org');
    expect(eleventh).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(Number(eleventh.headers.get('retry-after'))).toBeGreaterThan(200);
    expect(await login(test.api, 'bob@example.org')).toMatchObject({ status: 401 });
  });

  it('[R-51] #1 may try ten accounts from an address, and register five, on all instances together', async () => {
    const first = await TestApp.start({ env: { TRUST_PROXY: '0' } });
    const second = await TestApp.start({ env: { TRUST_PROXY: '0' }, databaseUrl: first.databaseUrl });
    const instance = (index: number) => [first.api, second.api][index % 2] ?? first.api;
    for (let index = 0; index < 5; index++) {
      expect(await register(instance(index), `person-${index}@example.org`)).toMatchObject({ status: 201 });
    }
    expect(await register(second.api, 'person-6@example.org')).toMatchObject({ status: 429 });
    for (let index = 0; index < 10; index++) {
      expect(await login(instance(index), `nobody-${index}@example.org`)).toMatchObject({ status: 401 });
    }
    expect(await login(second.api, 'person-1@example.org')).toMatchObject({ status: 429 });
  });

  it('[R-51] #3 needs a solved CAPTCHA for each account that they make, enter or recover, if the configuration asks for it', async () => {
    const test = await TestApp.start({ env: ALTCHA });
    const attempts = [register, login, forget];
    for (const attempt of attempts) {
      expect(await attempt(test.api, 'ada@example.org')).toMatchObject({
        status: 400,
        body: { code: 'CAPTCHA_REQUIRED' },
      });
    }
    for (const attempt of attempts) {
      const { body: challenge } = await test.api.get<CaptchaView>('/v1/auth/captcha');
      const solved = test.api.with({ [CAPTCHA_HEADER]: await solve(challenge) });
      expect((await attempt(solved, 'ada@example.org')).status).toBeLessThan(300);
      expect(await attempt(solved, 'ada@example.org')).toMatchObject({ body: { code: 'CAPTCHA_INVALID' } });
    }
  });
});
