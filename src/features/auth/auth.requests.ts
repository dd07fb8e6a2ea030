import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../../../test/harness/api-client.js';
import type { GivenRequests, Owner } from '../../../test/harness/valid-requests.js';
import type { TokenPair } from './auth.dto.js';
import type { UserView } from './user.dto.js';

type Body<T> = T & Record<string, unknown>;

/** Somebody with a password. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

export async function register(api: ApiClient): Promise<Person> {
  const account = { email: `${randomUUID()}@example.org`, password: 'a long sentence is best' };
  const { body } = await api.post<Body<UserView>>('/v1/auth/register', { ...account, name: 'Somebody' });
  return { id: body.id, ...account };
}

/** @param userAgent what they sign in with */
export async function signIn(api: ApiClient, { email, password }: Person, userAgent = 'tests'): Promise<TokenPair> {
  const device = api.with({ 'user-agent': userAgent });
  return (await device.post<Body<TokenPair>>('/v1/auth/login', { email, password })).body;
}

/** Which session a token is of. */
export const sessionOf = ({ accessToken }: TokenPair): string =>
  (JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid;

const signUp = async ({ api }: Owner): Promise<TokenPair> => signIn(api, await register(api));

export const requests: GivenRequests = {
  'POST /v1/auth/login': async ({ api }) => {
    const { email, password } = await register(api);
    return { body: { email, password } };
  },
  'POST /v1/auth/refresh': async (owner) => ({ body: { refreshToken: (await signUp(owner)).refreshToken } }),
  'POST /v1/auth/logout': async (owner) => ({
    headers: { authorization: `Bearer ${(await signUp(owner)).accessToken}` },
  }),
  'DELETE /v1/auth/sessions/{id}': async ({ api }) => {
    const person = await register(api);
    const [here, elsewhere] = [await signIn(api, person), await signIn(api, person)];
    return { params: { id: sessionOf(elsewhere) }, headers: { authorization: `Bearer ${here.accessToken}` } };
  },
  'DELETE /v1/users/me': async ({ api }) => {
    const person = await register(api);
    const { accessToken } = await signIn(api, person);
    return {
      headers: { authorization: `Bearer ${accessToken}` },
      body: { password: person.password, confirm: 'DELETE' },
    };
  },
};
