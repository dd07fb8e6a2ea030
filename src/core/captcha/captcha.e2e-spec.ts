import { Controller, HttpCode, Module, Post } from '@nestjs/common';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { ALTCHA, solve } from '../../../test/harness/altcha.js';
import { sql } from '../../../test/harness/database.js';
import { refusal } from '../../../test/harness/refusal.js';
import { says, StubUpstream } from '../../../test/harness/upstream.js';
import { Public } from '../access/access.decorators.js';
import { CAPTCHA_HEADER } from './captcha.guard.js';
import type { CaptchaView } from './captcha.dto.js';
import { RequiresCaptcha } from './requires-captcha.decorator.js';

@Controller('test/form')
@Public()
class FormController {
  @Post()
  @HttpCode(204)
  @RequiresCaptcha()
  send(): void {
    // Whoever gets here has passed.
  }
}

@Module({ controllers: [FormController] })
class FormModule {}

const challengeOf = async (api: ApiClient) => (await api.get<CaptchaView>('/v1/auth/captcha')).body;
const send = (api: ApiClient, token?: string) =>
  (token === undefined ? api : api.with({ [CAPTCHA_HEADER]: token })).post('/v1/test/form');

describe('a form with a CAPTCHA', () => {
  it('asks for none where it is off', async () => {
    const test = await TestApp.start({ modules: [FormModule] });
    expect(await challengeOf(test.api)).toEqual({ provider: 'none' });
    expect(await send(test.api)).toMatchObject({ status: 204 });
  });

  it('takes a solved one once, on whatever instance', async () => {
    const first = await TestApp.start({ env: ALTCHA, modules: [FormModule] });
    const second = await TestApp.start({ env: ALTCHA, modules: [FormModule], databaseUrl: first.databaseUrl });
    expect(await send(first.api)).toMatchObject({ status: 400, body: { code: 'CAPTCHA_REQUIRED' } });
    const token = await solve(await challengeOf(first.api));
    const answers = await Promise.all([first, second, first, second].map(({ api }) => send(api, token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400, 400, 400]);
    expect(answers.find(({ status }) => status === 400)?.body).toMatchObject({ code: 'CAPTCHA_INVALID' });
  });

  it('takes nothing that was made up, changed, or is too old, and asks the database only for what was solved', async () => {
    const test = await TestApp.start({ env: ALTCHA, modules: [FormModule] });
    const challenge = await challengeOf(test.api);
    const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
    const made = [
      'x',
      ...[null, 1, [], {}, { challenge: null }, { challenge: {}, solution: {} }].map(json),
      json({ challenge, solution: { counter: 1, derivedKey: '00'.repeat(32) } }),
      json({ challenge: { ...challenge, signature: ['a'] }, solution: { counter: -1, derivedKey: 7 } }),
      await solve(challenge, { cost: 1_000_000_000 }),
      await solve(challenge, { expiresAt: 4_000_000_000 }),
      await solve(challenge, { expiresAt: 1 }),
    ];
    for (const token of made) {
      expect(await send(test.api, token)).toMatchObject({ status: 400, body: { code: 'CAPTCHA_INVALID' } });
    }
    expect(await sql(test.databaseUrl, 'SELECT 1 FROM captcha_solutions')).toEqual([]);
    expect(await send(test.api, await solve(challenge))).toMatchObject({ status: 204 });
  });

  it('asks Turnstile as its API wants it, and lets nobody in whom Turnstile cannot vouch for', async () => {
    const cloudflare = await StubUpstream.start();
    const test = await TestApp.start({
      modules: [FormModule],
      env: {
        CAPTCHA_ENABLED: 'true',
        CAPTCHA_PROVIDER: 'turnstile',
        TURNSTILE_SITEKEY: '1x00000000000000000000AA',
        TURNSTILE_SECRET_KEY: '1x0000000000000000000000000000000AA',
        TURNSTILE_API_URL: cloudflare.url,
      },
    });
    expect(await challengeOf(test.api)).toEqual({ provider: 'turnstile', siteKey: '1x00000000000000000000AA' });
    cloudflare.willAnswer(says(200, { success: true }), says(200, { success: false, 'error-codes': ['x'] }));
    expect(await send(test.api, 'a-token')).toMatchObject({ status: 204 });
    expect(await send(test.api, 'a-token')).toMatchObject({ status: 400, body: { code: 'CAPTCHA_INVALID' } });
    const [hit] = cloudflare.hits;
    expect(hit).toMatchObject({ method: 'POST', path: '/turnstile/v0/siteverify' });
    expect(Object.fromEntries(new URLSearchParams(hit?.body))).toEqual({
      secret: '1x0000000000000000000000000000000AA',
      response: 'a-token',
      remoteip: expect.any(String) as string,
    });
    cloudflare.willAnswer(says(200, { other: 'answer' }));
    expect(await send(test.api, 'a-token')).toMatchObject({ status: 502 });
  });

  it('does not start without its secret, with a bad one, or without the keys of Turnstile', async () => {
    const without = await refusal({ CAPTCHA_ENABLED: 'true' });
    expect(without.named).toEqual(['CAPTCHA_SECRET']);
    expect((await refusal({ ...ALTCHA, CAPTCHA_SECRET: 'changeme' })).named).toContain('CAPTCHA_SECRET');
    const turnstile = await refusal({ CAPTCHA_ENABLED: 'true', CAPTCHA_PROVIDER: 'turnstile' });
    expect(turnstile.named).toEqual(expect.arrayContaining(['TURNSTILE_SITEKEY', 'TURNSTILE_SECRET_KEY']));
  });
});
