import { randomUUID } from 'node:crypto';
import type { GivenRequests, Owner } from '../../../test/harness/valid-requests.js';
import type { TokenPair } from './auth.dto.js';

const password = 'a long sentence is best';

async function register({ api }: Owner): Promise<{ email: string; password: string }> {
  const email = `${randomUUID()}@example.org`;
  await api.post('/v1/auth/register', { email, password, name: 'Somebody' });
  return { email, password };
}

async function signIn(owner: Owner): Promise<TokenPair> {
  const { body } = await owner.api.post<TokenPair & Record<string, unknown>>('/v1/auth/login', await register(owner));
  return body;
}

export const requests: GivenRequests = {
  'POST /v1/auth/login': async (owner) => ({ body: await register(owner) }),
  'POST /v1/auth/refresh': async (owner) => ({ body: { refreshToken: (await signIn(owner)).refreshToken } }),
  'POST /v1/auth/logout': async (owner) => ({
    headers: { authorization: `Bearer ${(await signIn(owner)).accessToken}` },
  }),
};
