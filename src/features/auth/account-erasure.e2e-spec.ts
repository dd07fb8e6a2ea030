import { TestApp } from '../../../test/harness/app.js';
import { atOnce } from '../../../test/harness/at-once.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import type { TokenPair } from './auth.dto.js';
import { type Person, register, signIn } from './auth.requests.js';

type Row = Record<string, unknown>;

describe('an account', () => {
  let first: TestApp;
  let second: TestApp;
  beforeAll(async () => {
    first = await TestApp.start();
    second = await TestApp.start({ databaseUrl: first.databaseUrl });
  });

  const run = (statement: string, values: unknown[] = []) => sql<Row>(first.databaseUrl, statement, values);
  const as = (test: TestApp, { accessToken }: TokenPair) => test.api.as(accessToken);
  const somebody = async (): Promise<readonly [Person, TokenPair]> => {
    const person = await register(first.api);
    return [person, await signIn(first.api, person)];
  };
  const erase = (tokens: TokenPair, body: Row) => as(first, tokens).send('DELETE', '/v1/users/me', body);
  const rowOf = async ({ id }: Person) => (await run('SELECT * FROM users WHERE id = $1', [id]))[0];
  const organizationOf = async ({ id }: Person) =>
    (await run('SELECT organization_id FROM memberships WHERE user_id = $1', [id]))[0]?.organization_id as string;
  const join = (organizationId: string, { id }: Person, role: string) =>
    run('INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)', [organizationId, id, role]);

  it('[R-107] #1 is erased with the password: every token, login and refresh is refused, on every instance', async () => {
    const [[person, tokens], [other, theirs]] = [await somebody(), await somebody()];
    const { email, password, id } = person;
    const phone = await signIn(first.api, person, 'Phone/1');
    const untouched = [await rowOf(other), await run('SELECT * FROM sessions WHERE user_id = $1', [other.id])];
    expect(await as(second, phone).get('/v1/users/me')).toMatchObject({ status: 200 });
    expect(await erase(tokens, { password, confirm: 'DELETE' })).toMatchObject({
      status: 200,
      body: { id, erased: true },
    });
    for (const { api } of [first, second]) {
      for (const { accessToken } of [tokens, phone]) {
        await eventually(async () => expect((await api.as(accessToken).get('/v1/users/me')).status).toBe(401), 1_000);
      }
      const { refreshToken } = phone;
      expect(await api.post('/v1/auth/refresh', { refreshToken })).toMatchObject({ status: 401 });
      expect(await api.post('/v1/auth/login', { email, password })).toMatchObject({
        status: 401,
        body: { code: 'INVALID_CREDENTIALS' },
      });
    }
    expect(await rowOf(person)).toMatchObject({ email: `deleted-${id}@erased.invalid`, name: 'Deleted user' });
    expect([await rowOf(other), await run('SELECT * FROM sessions WHERE user_id = $1', [other.id])]).toEqual(untouched);
    expect(await as(second, theirs).get('/v1/users/me')).toMatchObject({ status: 200 });
  });

  it('[R-16] #1 that is erased leaves one entry in the audit log, with the request and the organization', async () => {
    const [person, tokens] = await somebody();
    const organizationId = await organizationOf(person);
    const api = as(first, tokens).with({ 'x-request-id': 'request-of-a-leaver' });
    const body = { password: person.password, confirm: 'DELETE' };
    expect(await api.send('DELETE', '/v1/users/me', body)).toMatchObject({ status: 200 });
    const entries = await run(`SELECT * FROM audit_log WHERE action = 'user.erased' AND actor_id = $1`, [person.id]);
    expect(entries).toEqual([
      expect.objectContaining({
        organization_id: organizationId,
        target_type: 'user',
        target_id: person.id,
        request_id: 'request-of-a-leaver',
      }),
    ]);
    expect(await run('SELECT FROM audit_addresses WHERE user_id = $1', [person.id])).toEqual([]);
  });

  it('[R-107] #2 stays as it is without the confirmation, or with a wrong password, and is asked three times an hour', async () => {
    const [person, tokens] = await somebody();
    const { password } = person;
    const before = await rowOf(person);
    for (const body of [{ password }, { password, confirm: 'delete' }]) {
      expect(await erase(tokens, body)).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/confirm' }] },
      });
    }
    expect(await erase(tokens, { password: 'another long sentence', confirm: 'DELETE' })).toMatchObject({
      status: 401,
      body: { code: 'INVALID_CREDENTIALS' },
    });
    expect(await erase(tokens, { password, confirm: 'DELETE' })).toMatchObject({ status: 429 });
    expect(await rowOf(person)).toEqual(before);
    expect(await as(second, tokens).get('/v1/users/me')).toMatchObject({ status: 200 });
    const [, others] = await somebody();
    expect(await erase(others, { password: 'wrong', confirm: 'DELETE' })).toMatchObject({ status: 401 });
  });

  it('of the only owner of an organization with others stays, and says of which', async () => {
    const [[owner, tokens], [member, theirs]] = [await somebody(), await somebody()];
    const organizationId = await organizationOf(owner);
    await join(organizationId, member, 'admin');
    const body = { password: owner.password, confirm: 'DELETE' };
    expect(await erase(tokens, body)).toMatchObject({
      status: 409,
      body: { code: 'LAST_OWNER', details: { organizations: [{ id: organizationId, name: 'Somebody' }] } },
    });
    expect(await as(first, tokens).get('/v1/users/me')).toMatchObject({ status: 200 });
    await run(`UPDATE memberships SET role = 'owner' WHERE user_id = $1`, [member.id]);
    expect(await erase(tokens, body)).toMatchObject({ status: 200 });
    expect(await run('SELECT name FROM organizations WHERE id = $1', [organizationId])).toEqual([
      { name: 'Deleted user' },
    ]);
    expect(await as(first, theirs).get('/v1/users/me')).toMatchObject({ status: 200 });
  });

  it('of two owners who go at once is erased of one of them only, while there are others', async () => {
    const [[one, tokens], [two, theirs], [member]] = [await somebody(), await somebody(), await somebody()];
    const organizationId = await organizationOf(one);
    await join(organizationId, two, 'owner');
    await join(organizationId, member, 'member');
    const owners = [
      { by: tokens, body: { password: one.password, confirm: 'DELETE' } },
      { by: theirs, body: { password: two.password, confirm: 'DELETE' } },
    ];
    const answers = await atOnce(first.databaseUrl, 2, () => {
      const { by, body } = owners.pop()!;
      return erase(by, body);
    });
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('that is erased while somebody signs in to it has no session afterwards', async () => {
    const [person, tokens] = await somebody();
    const { id, email, password } = person;
    await Promise.all([
      erase(tokens, { password, confirm: 'DELETE' }),
      ...Array.from({ length: 4 }, () => second.api.post('/v1/auth/login', { email, password })),
    ]);
    expect(await run('SELECT FROM sessions WHERE user_id = $1', [id])).toEqual([]);
    expect((await rowOf(person))?.erased_at).not.toBeNull();
  });
});
