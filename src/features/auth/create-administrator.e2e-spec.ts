import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { AppProcess, PRODUCTION, ROOT } from '../../../test/harness/process.js';
import type { TokenPair } from './auth.dto.js';
import { register, signIn } from './auth.requests.js';

type Row = Record<string, unknown>;

// Put together, so that nobody finds it who looks for it in the source.
const ADMIN_SECRET = ['ADMIN', 'PASSWORD'].join('_');
const COMMAND = 'src/features/auth/create-administrator.js';

async function create(DATABASE_URL: string, ...args: string[]) {
  const made = await AppProcess.spawn({ ...PRODUCTION, DATABASE_URL }, COMMAND, args);
  const { code } = await made.exit;
  return { code, stdout: made.stdout, stderr: made.stderr };
}

describe('an administrator', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start();
  });

  const run = (statement: string, values: unknown[] = []) => sql<Row>(test.databaseUrl, statement, values);
  const entries = (id: unknown) => run('SELECT action FROM audit_log WHERE target_id = $1 ORDER BY id', [id]);
  const statusOf = async ({ accessToken }: TokenPair, path: string) =>
    (await test.api.as(accessToken).get(path)).status;

  it('[R-35] #2 is made by a command, with a random password that signs in, and by nothing else', async () => {
    const { code, stdout, stderr } = await create(test.databaseUrl, ' First@Example.org ');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('first@example.org is an administrator') as string,
    });
    expect(stdout).toMatch(/^[\w-]{43}\n$/);
    const [user] = await run(`SELECT * FROM users WHERE email = 'first@example.org'`);
    expect(user).toMatchObject({ administrator: true, email_verified_at: expect.any(Date) as Date });
    const tokens = await signIn(test.api, { id: '', email: 'first@example.org', password: stdout.trim() });
    expect(await statusOf(tokens, '/v1/admin/system')).toBe(200);
    expect(await entries(user?.id)).toEqual([{ action: 'administrator.created' }]);
    const again = await create(test.databaseUrl, 'first@example.org');
    expect(again).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('already') as string });
    expect(await entries(user?.id)).toHaveLength(1);
  });

  it('[R-35] #2 is not there in a database that was only migrated, and in no file of the source', async () => {
    const url = await cloneDatabase();
    const app = await TestApp.start({ databaseUrl: url });
    expect(await sql(url, 'SELECT FROM users')).toEqual([]);
    await app.close();
    const grep = promisify(execFile)('git', ['grep', '-l', ADMIN_SECRET, '--', 'src'], { cwd: ROOT });
    await expect(grep).rejects.toMatchObject({ code: 1, stdout: '' });
  });

  it('may be somebody who has proven their address, and keeps their password', async () => {
    const person = await register(test.api);
    await run('UPDATE users SET email_verified_at = now() WHERE id = $1', [person.id]);
    const tokens = await signIn(test.api, person);
    expect(await create(test.databaseUrl, person.email)).toMatchObject({ code: 0, stdout: '' });
    await eventually(async () => expect(await statusOf(tokens, '/v1/admin/system')).toBe(200));
    expect((await entries(person.id)).at(-1)).toEqual({ action: 'administrator.promoted' });
  });

  it('is not whoever has taken the address before, without proving it', async () => {
    const person = await register(test.api);
    const tokens = await signIn(test.api, person);
    const { stdout } = await create(test.databaseUrl, person.email);
    await eventually(async () => expect(await statusOf(tokens, '/v1/users/me')).toBe(401));
    const { email, password } = person;
    expect(await test.api.post('/v1/auth/login', { email, password })).toMatchObject({ status: 401 });
    const own = await signIn(test.api, { ...person, password: stdout.trim() });
    expect(await statusOf(own, '/v1/admin/system')).toBe(200);
  });

  it('is not made of what is no address, of nobody, and of somebody who is suspended', async () => {
    for (const wrong of [['not an address'], ['']]) {
      const { code, stdout, stderr } = await create(test.databaseUrl, ...wrong);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^".*" is no e-mail address\. Usage: /);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    const person = await register(test.api);
    await run('UPDATE users SET suspended_at = now() WHERE id = $1', [person.id]);
    expect(await create(test.databaseUrl, person.email)).toMatchObject({ code: 1, stdout: '' });
    expect((await run('SELECT administrator FROM users WHERE id = $1', [person.id]))[0]).toEqual({
      administrator: false,
    });
  });

  it('[R-35] #1 is nobody who is named in the environment, also while the database is down: then nobody signs in', async () => {
    const down = await TestApp.start({ env: { ADMIN_USERNAME: 'root', [ADMIN_SECRET]: 'toor' } });
    const tried = [
      ['admin', 'password'],
      ['admin', 'admin'],
      ['root', 'toor'],
    ];
    for (const [email, password] of tried) {
      expect(await down.api.post('/v1/auth/login', { email, password })).toMatchObject({ status: 401 });
    }
    await down.losingItsDatabase(async () => {
      for (const [email, password] of tried) {
        const answer = await down.api.post('/v1/auth/login', { email, password });
        expect(answer.status).toBe(503);
        expect(answer.body).not.toHaveProperty('accessToken');
      }
    });
  });
});
