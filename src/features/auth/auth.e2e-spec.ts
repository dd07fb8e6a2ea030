import { TestApp } from '../../../test/harness/app.js';
import type { TokenPair } from './auth.dto.js';

const ADA = { email: 'ada@example.org', password: 'a long sentence is best', name: 'Ada' };

describe('the first journey', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start();
  });

  it('leads from registration to one’s own organization', async () => {
    const registered = await test.api.post('/v1/auth/register', ADA);
    expect(registered.status).toBe(201);
    expect(registered.body).toMatchObject({ email: ADA.email, name: ADA.name });

    const login = await test.api.post<TokenPair>('/v1/auth/login', ADA);
    expect(login.status).toBe(400);
    const { name: _, ...credentials } = ADA;
    const signedIn = await test.api.post<TokenPair>('/v1/auth/login', credentials);
    expect(signedIn).toMatchObject({ status: 200, body: { expiresIn: 900 } });

    const ada = test.api.as(signedIn.body.accessToken);
    expect(await ada.get('/v1/users/me')).toMatchObject({ status: 200, body: registered.body });
    expect(await ada.patch('/v1/users/me', { name: 'Ada L.' })).toMatchObject({
      status: 200,
      body: { name: 'Ada L.' },
    });
    expect(await ada.get('/v1/organizations')).toMatchObject({
      status: 200,
      body: { data: [{ name: 'Ada', role: 'owner' }], page: { limit: 50, nextCursor: null } },
    });
  });
});
