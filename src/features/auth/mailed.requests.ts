import { mailedToken } from '../../../test/harness/mailed-token.js';
import type { GivenRequests, Owner } from '../../../test/harness/valid-requests.js';
import { type Person, register, signIn } from './auth.requests.js';

const registered = async ({ api }: Owner): Promise<{ person: Person; headers: Record<string, string> }> => {
  const person = await register(api);
  return { person, headers: { authorization: `Bearer ${(await signIn(api, person)).accessToken}` } };
};

export const requests: GivenRequests = {
  'POST /v1/auth/email/verify': async ({ api }) => ({
    body: { token: await mailedToken(api, (await register(api)).email, 'auth.verify-email') },
  }),
  'POST /v1/auth/email/resend': async (owner) => ({ headers: (await registered(owner)).headers }),
  'POST /v1/auth/password/reset': async ({ api }) => {
    const person = await register(api);
    await api.post('/v1/auth/password/forgot', { email: person.email });
    const token = await mailedToken(api, person.email, 'auth.reset-password');
    return { body: { token, password: 'another long sentence' } };
  },
  'PUT /v1/users/me/password': async (owner) => {
    const { person, headers } = await registered(owner);
    return { headers, body: { currentPassword: person.password, newPassword: 'another long sentence' } };
  },
  'PATCH /v1/users/me': () => ({ body: { name: 'Somebody else' } }),
};
