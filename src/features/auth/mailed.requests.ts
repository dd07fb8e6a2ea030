import type { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import type { GivenRequests, Owner } from '../../../test/harness/valid-requests.js';
import { type Person, register, signIn } from './auth.requests.js';
import type { Purpose } from './one-time-token.entity.js';
import { opaqueToken, sha256 } from './opaque-token.js';

/** The token of a link that nobody was mailed. */
async function planted({ api }: Owner, { databaseUrl }: TestApp, purpose: Purpose): Promise<string> {
  const { id, email } = await register(api);
  const token = opaqueToken();
  await sql(databaseUrl, 'DELETE FROM one_time_tokens WHERE user_id = $1', [id]);
  await sql(
    databaseUrl,
    `INSERT INTO one_time_tokens (user_id, purpose, hash, email, expires_at)
     VALUES ($1, $2, $3, $4, now() + interval '1 hour')`,
    [id, purpose, sha256(token), email],
  );
  return token;
}

async function signedUp({ api }: Owner): Promise<{ person: Person; headers: Record<string, string> }> {
  const person = await register(api);
  return { person, headers: { authorization: `Bearer ${(await signIn(api, person)).accessToken}` } };
}

export const requests: GivenRequests = {
  'POST /v1/auth/email/verify': async (owner, test) => ({
    body: { token: await planted(owner, test, 'verify-email') },
  }),
  'POST /v1/auth/email/resend': async (owner) => ({ headers: (await signedUp(owner)).headers }),
  'POST /v1/auth/password/reset': async (owner, test) => ({
    body: { token: await planted(owner, test, 'reset-password'), password: 'another long sentence' },
  }),
  'PUT /v1/users/me/password': async (owner) => {
    const { person, headers } = await signedUp(owner);
    return { headers, body: { currentPassword: person.password, newPassword: 'another long sentence' } };
  },
  'PATCH /v1/users/me': () => ({ body: { name: 'Somebody else' } }),
};
