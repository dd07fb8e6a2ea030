import { JwtService } from '@nestjs/jwt';
import { createHmac, randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { TEST_ENVIRONMENT } from '../../../test/harness/environment.js';
import { refusal } from '../../../test/harness/refusal.js';
import { AccessTokens } from './access-tokens.js';

const OTHER_SECRET = 'zyxwvutsrqponmlkjihgfedcba-9876543210-rotated';

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;

describe('an access token', () => {
  let test: TestApp;
  let token: string;
  beforeAll(async () => {
    test = await TestApp.start();
    const { actor } = await test.actor();
    token = await test.app.get(AccessTokens, { strict: false }).issue({ ...actor, accessVersion: 1 }, actor.sessionId);
  });

  const me = (accessToken: string) => test.api.as(accessToken).get('/v1/users/me');

  function signed(header: object, claims: object, secret: string = TEST_ENVIRONMENT.JWT_ACCESS_SECRET): string {
    const [given, payload] = token.split('.').map((part, index) => (index < 2 ? decode(part) : {}));
    const content = `${encode({ ...given, ...header })}.${encode({ ...payload, ...claims })}`;
    return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
  }

  it('opens the door if it is as it was issued', async () => {
    expect(await me(token)).toMatchObject({ status: 200 });
    expect(await me(signed({}, {}))).toMatchObject({ status: 200 });
  });

  it('[R-34] #2 opens no door if it is expired, of another algorithm, for somebody else, or changed', async () => {
    const past = Math.floor(Date.now() / 1000) - 60;
    expect(await me(signed({}, { exp: past }))).toMatchObject({ status: 401, body: { code: 'TOKEN_EXPIRED' } });
    const [header, payload, signature] = token.split('.');
    const forged = {
      none: `${encode({ ...decode(header), alg: 'none' })}.${payload}.`,
      noneWithSignature: `${encode({ ...decode(header), alg: 'none' })}.${payload}.${signature}`,
      otherAlgorithm: signed({ alg: 'HS512' }, {}),
      wrongAudience: signed({}, { aud: 'another' }),
      wrongIssuer: signed({}, { iss: 'another' }),
      otherType: signed({ typ: 'JWT' }, {}),
      otherKey: signed({ kid: 'unknown' }, {}),
      tampered: `${header}.${encode({ ...decode(payload), role: 'owner', sub: randomUUID() })}.${signature}`,
      garbage: 'a.b.c',
      noDots: 'garbage',
    };
    for (const [name, value] of Object.entries(forged)) {
      expect({ name, ...(await me(value)) }).toMatchObject({ name, status: 401, body: { code: 'TOKEN_INVALID' } });
    }
  });

  it('[R-02] #3 opens no door if it is signed with the secret of a tutorial, or with nothing', async () => {
    const tutorial = new JwtService({ secret: 'your-secret-key' });
    for (const value of [signed({}, {}, 'your-secret-key'), await tutorial.signAsync(decode(token.split('.')[1]))]) {
      expect(await me(value)).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
    }
    const unsigned = `${encode({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.`;
    expect(await me(unsigned)).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
  });

  it('stays good while its secret is the previous one', async () => {
    const rotated = await TestApp.start({
      databaseUrl: test.databaseUrl,
      env: {
        JWT_ACCESS_SECRET: OTHER_SECRET,
        JWT_ACCESS_SECRET_PREVIOUS: TEST_ENVIRONMENT.JWT_ACCESS_SECRET,
      },
    });
    expect(await rotated.api.as(token).get('/v1/users/me')).toMatchObject({ status: 200 });
    await rotated.close();
    const forgotten = await TestApp.start({
      databaseUrl: test.databaseUrl,
      env: { JWT_ACCESS_SECRET: OTHER_SECRET },
    });
    expect(await forgotten.api.as(token).get('/v1/users/me')).toMatchObject({ status: 401 });
  });

  it('says of an administrator that they are one, and of others nothing', async () => {
    const tokens = test.app.get(AccessTokens, { strict: false });
    const { actor } = await test.administrator();
    expect(await tokens.verify(await tokens.issue({ ...actor, accessVersion: 1 }, actor.sessionId))).toMatchObject({
      actor,
    });
    expect(decode(token.split('.')[1])).not.toHaveProperty('adm');
    expect(await tokens.verify(token)).toMatchObject({ actor: { administrator: false } });
    const forged = `${token.split('.')[0]}.${encode({ ...decode(token.split('.')[1]), adm: true })}.${token.split('.')[2]}`;
    expect(await me(forged)).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
  });

  it.each([
    ['missing', undefined],
    ['a placeholder', 'your-secret-key'],
    ['the secret before', TEST_ENVIRONMENT.CURSOR_SIGNING_KEY],
  ])('[R-01] [R-02] is not issued with a secret that is %s', async (_, JWT_ACCESS_SECRET) => {
    const refused = await refusal({
      JWT_ACCESS_SECRET,
      JWT_ACCESS_SECRET_PREVIOUS: TEST_ENVIRONMENT.CURSOR_SIGNING_KEY,
      CURSOR_SIGNING_KEY: OTHER_SECRET,
    });
    expect(refused.named).toContain('JWT_ACCESS_SECRET');
  });
});
