import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { declaredVariables } from '../src/core/config/define-config.js';
import { cloneDatabase } from './harness/database.js';
import { AppProcess, PRODUCTION, ROOT } from './harness/process.js';
import { refusal, variableNames } from './harness/refusal.js';

describe('a start with a wrong configuration', () => {
  it.each(['DATABASE_URL', 'CURSOR_SIGNING_KEY', 'ENCRYPTION_KEY', 'APP_ORIGINS'])(
    '[R-01] #1 names exactly %s if that is what is missing',
    async (name) => {
      expect((await refusal({ [name]: undefined })).named).toEqual([name]);
    },
  );

  it('[R-01] #2 names every mistake at once, and no value', async () => {
    const wrong = { PORT: 'abcabc', CURSOR_SIGNING_KEY: undefined, ENCRYPTION_KEY: undefined, APP_ORIGINS: undefined };
    expect((await refusal(wrong)).named).toEqual(Object.keys(wrong).sort());
  });

  it('[R-02] #1 has no default for a signing secret', async () => {
    expect((await refusal({ CURSOR_SIGNING_KEY: undefined })).stderr).toContain('CURSOR_SIGNING_KEY is required');
  });

  it.each([
    ['a placeholder', 'your-secret-key'],
    ['a long placeholder', 'your-refresh-secret-key-for-production-1234567890'],
    ['31 characters', 'abcdefghijklmnopqrstuvwxyz01234'],
    ['one letter 32 times', 'a'.repeat(32)],
    ['the value of another secret', PRODUCTION.ENCRYPTION_KEY],
  ])('[R-02] #2 refuses a secret that is %s', async (_, value) => {
    expect((await refusal({ CURSOR_SIGNING_KEY: value })).named).toContain('CURSOR_SIGNING_KEY');
  });

  it.each([
    ['missing', undefined],
    ['63 digits long', 'a1'.repeat(32).slice(1)],
    ['64 characters, but not hexadecimal', 'xy'.repeat(32)],
    ['one digit, 64 times', '0'.repeat(64)],
  ])('[R-03] #1 refuses an encryption key that is %s', async (_, value) => {
    expect((await refusal({ ENCRYPTION_KEY: value })).named).toEqual(['ENCRYPTION_KEY']);
  });

  it('[R-05] #1 knows the environments by their exact names', async () => {
    const { stderr } = await refusal({ NODE_ENV: 'Production' });
    expect(stderr).toContain('NODE_ENV must be one of');
  });

  it.each(['yes', '1', 'TRUE'])('[R-05] #2 does not read %s as true', async (value) => {
    expect((await refusal({ DOCS_ENABLED: value })).named).toEqual(['DOCS_ENABLED']);
  });

  it('[R-06] #2 refuses the example unchanged in production', async () => {
    const example = parseEnv(await readFile(join(ROOT, '.env.example'), 'utf8'));
    const { named } = await refusal({ ...example, NODE_ENV: 'production' });
    expect(named).toEqual(expect.arrayContaining(['CURSOR_SIGNING_KEY', 'ENCRYPTION_KEY']));
  });

  it('[R-13] #2 knows its log levels', async () => {
    expect((await refusal({ LOG_LEVEL: 'loud' })).named).toEqual(['LOG_LEVEL']);
  });

  it.each(['0', '500'])('[R-23] #2 refuses %s as the size of the pool', async (DB_POOL_MAX) => {
    expect((await refusal({ DB_POOL_MAX })).named).toEqual(['DB_POOL_MAX']);
  });

  it.each(['*', 'http://app.example.org', 'null', 'https://app.example.org/path'])(
    'refuses %s as an origin in production',
    async (origin) => {
      expect((await refusal({ APP_ORIGINS: origin })).named).toEqual(['APP_ORIGINS']);
    },
  );

  it('refuses a pretty log in production', async () => {
    expect((await refusal({ LOG_FORMAT: 'pretty' })).named).toEqual(['LOG_FORMAT']);
  });

  it.each(['sslmode=disable', 'ssl=0', 'sslmode=no-verify', 'statement_timeout=0'])(
    '[R-25] refuses %s in the address of the database',
    async (parameter) => {
      const DATABASE_URL = `postgresql://aerie@127.0.0.1:1/aerie?${parameter}`;
      expect((await refusal({ DATABASE_URL })).named).toEqual(['DATABASE_URL']);
    },
  );

  it('refuses demo data in production', async () => {
    expect((await refusal({ DEMO_SEED: 'true' })).named).toEqual(['DEMO_SEED']);
  });

  it('[R-103] #3 takes a secret from a file, but not from two places', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aerie-'));
    const file = join(folder, 'cursor');
    await writeFile(file, `${PRODUCTION.CURSOR_SIGNING_KEY}\n`);
    const env = { ...PRODUCTION, DATABASE_URL: await cloneDatabase() };
    const app = await AppProcess.serve({ ...env, CURSOR_SIGNING_KEY: undefined, CURSOR_SIGNING_KEY_FILE: file });
    await app.stop();
    const { stderr } = await refusal({ CURSOR_SIGNING_KEY_FILE: file });
    expect(stderr).toContain('CURSOR_SIGNING_KEY and CURSOR_SIGNING_KEY_FILE are both set');
    await rm(folder, { recursive: true });
  });
});

describe('the example of the environment', () => {
  it('[R-06] #1 lists every variable, commented, and no usable secret', async () => {
    const text = await readFile(join(ROOT, '.env.example'), 'utf8');
    const example = parseEnv(text);
    expect(Object.keys(example).sort()).toEqual(variableNames());
    for (const { name, comment, secret } of declaredVariables()) {
      expect(text).toContain(`# ${comment} (`);
      if (secret) expect(['', 'changeme', 'changeme-64-hex-digits']).toContain(example[name]);
    }
  });
});
