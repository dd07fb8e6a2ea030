import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { TestApp } from '../../../test/harness/app.js';
import { atTheEnd } from '../../../test/harness/cleanup.js';
import { ROOT } from '../../../test/harness/process.js';
import { register, signIn } from './auth.requests.js';

const run = promisify(execFile);
const OLD = 'kV3x-9TqLm2Rz7Wb5Yc8Nd4Hf6Jg1Ps0QaEu';

async function envFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aerie-secrets-'));
  atTheEnd(folder, () => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'env');
  await writeFile(file, text);
  return file;
}

const rotate = (verb: string, file: string, name = 'JWT_ACCESS_SECRET') =>
  run('node', ['scripts/rotate-secret.ts', verb, name, file], { cwd: ROOT });
const settings = async (file: string) => parseEnv(await readFile(file, 'utf8')) as Record<string, string>;

describe('the rotation of a signing secret', () => {
  it('keeps everybody signed in, while instances of two steps run side by side', async () => {
    const file = await envFile(`PORT=3000\nJWT_ACCESS_SECRET=${OLD}\n`);
    let before = await TestApp.start({ env: await settings(file) });
    const { databaseUrl } = before;
    const person = await register(before.api);
    for (const verb of ['begin', 'switch', 'finish']) {
      await rotate(verb, file);
      const { PORT: _port, ...env } = await settings(file);
      const after = await TestApp.start({ env, databaseUrl });
      for (const [issuer, other] of [
        [before, after],
        [after, before],
      ] as const) {
        const { accessToken } = await signIn(issuer.api, person, 'a browser');
        expect(await other.api.as(accessToken).get('/v1/users/me')).toMatchObject({ status: 200 });
      }
      before = after;
    }
    const { PORT, JWT_ACCESS_SECRET, JWT_ACCESS_SECRET_PREVIOUS } = await settings(file);
    expect(PORT).toBe('3000');
    expect(JWT_ACCESS_SECRET).not.toBe(OLD);
    expect(JWT_ACCESS_SECRET_PREVIOUS).toBeUndefined();
  });

  it('takes one step after the other, of what can be rotated, and changes nothing else', async () => {
    const text = `# mine\nPORT=3000\nexport JWT_ACCESS_SECRET="${OLD}"\n`;
    const file = await envFile(text);
    for (const verb of ['switch', 'finish', 'undo']) await expect(rotate(verb, file)).rejects.toThrow();
    await expect(rotate('begin', file, 'PORT')).rejects.toThrow('PORT is no secret that can be rotated');
    await expect(rotate('begin', file, 'ENCRYPTION_KEY')).rejects.toThrow('has no ENCRYPTION_KEY');
    expect(await readFile(file, 'utf8')).toBe(text);
    await rotate('begin', file);
    await expect(rotate('begin', file)).rejects.toThrow('a rotation has begun');
    expect(await settings(file)).toMatchObject({ PORT: '3000', JWT_ACCESS_SECRET: OLD });
  });
});
