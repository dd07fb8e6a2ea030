import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { cloneDatabase } from './harness/database.js';
import { type Environment } from './harness/environment.js';
import { AppProcess, PRODUCTION, ROOT } from './harness/process.js';
import { declaredVariables } from '../src/core/config/define-config.js';
import '../src/app.module.js';

const NAMES = () => declaredVariables().map(({ name }) => name);

describe('a start with a wrong configuration', () => {
  let databaseUrl: string;
  beforeAll(async () => {
    databaseUrl = await cloneDatabase();
  });

  /** Starts production with these changes. @returns what it said and how it ended; fails if its port ever opened */
  async function refusal(changes: Environment): Promise<{ stderr: string; named: string[] }> {
    const started = Date.now();
    const app = await AppProcess.spawn({ ...PRODUCTION, DATABASE_URL: databaseUrl, ...changes });
    let opened = false;
    while (!app.exited) opened ||= await app.listens();
    const { code } = await app.exit;
    expect({ opened, code, soon: Date.now() - started < 5_000 }).toEqual({ opened: false, code: 1, soon: true });
    for (const [name, value = ''] of Object.entries(changes)) {
      if (/SECRET|KEY|PORT/.test(name) && value !== '') expect(app.stderr).not.toContain(value);
    }
    return { stderr: app.stderr, named: NAMES().filter((name) => new RegExp(`\\b${name}\\b`).test(app.stderr)) };
  }

  it.each(['DATABASE_URL', 'JWT_ACCESS_SECRET', 'ENCRYPTION_KEY', 'APP_ORIGINS'])(
    '[R-01] #1 names exactly %s if that is what is missing',
    async (name) => {
      expect((await refusal({ [name]: undefined })).named).toEqual([name]);
    },
  );

  it('[R-01] #2 names every mistake at once, and no value', async () => {
    const wrong = { PORT: 'abcabc', JWT_ACCESS_SECRET: undefined, ENCRYPTION_KEY: undefined, APP_ORIGINS: undefined };
    expect((await refusal(wrong)).named.sort()).toEqual(Object.keys(wrong).sort());
  });

  it('[R-02] #1 has no default for a signing secret', async () => {
    expect((await refusal({ JWT_ACCESS_SECRET: undefined })).stderr).toContain('JWT_ACCESS_SECRET is required');
  });

  it.each([
    ['a placeholder', 'your-secret-key'],
    ['a long placeholder', 'your-refresh-secret-key-for-production-1234567890'],
    ['31 characters', 'abcdefghijklmnopqrstuvwxyz01234'],
    ['one letter 32 times', 'a'.repeat(32)],
    ['the value of another secret', PRODUCTION.CURSOR_SIGNING_KEY],
  ])('[R-02] #2 refuses a secret that is %s', async (_, value) => {
    expect((await refusal({ JWT_ACCESS_SECRET: value })).named).toContain('JWT_ACCESS_SECRET');
  });

  it.each([
    ['missing', undefined],
    ['63 digits long', 'a1'.repeat(32).slice(1)],
    ['64 characters, but not hexadecimal', 'xy'.repeat(32)],
  ])('[R-03] #1 refuses an encryption key that is %s', async (_, value) => {
    expect((await refusal({ ENCRYPTION_KEY: value })).named).toEqual(['ENCRYPTION_KEY']);
  });

  it('[R-05] #1 knows the environments by their exact names', async () => {
    const { stderr } = await refusal({ NODE_ENV: 'Production' });
    expect(stderr).toContain('NODE_ENV must be one of');
  });

  it('[R-05] reads booleans as true or false and nothing else', async () => {
    for (const value of ['yes', '1', 'TRUE'])
      expect((await refusal({ DOCS_ENABLED: value })).named).toEqual(['DOCS_ENABLED']);
  });

  it('[R-06] #2 refuses the example unchanged in production', async () => {
    const example = parseEnv(await readFile(join(ROOT, '.env.example'), 'utf8'));
    const { named } = await refusal({ ...example, NODE_ENV: 'production', DATABASE_URL: databaseUrl });
    expect(named).toEqual(expect.arrayContaining(['JWT_ACCESS_SECRET', 'CURSOR_SIGNING_KEY', 'ENCRYPTION_KEY']));
  });

  it('[R-13] #2 knows its log levels', async () => {
    expect((await refusal({ LOG_LEVEL: 'loud' })).named).toEqual(['LOG_LEVEL']);
  });

  it.each(['*', 'http://app.example.org', 'null', 'https://app.example.org/path'])(
    'refuses %s as an origin in production',
    async (origin) => {
      expect((await refusal({ APP_ORIGINS: origin })).named).toEqual(['APP_ORIGINS']);
    },
  );

  it('refuses demo data in production', async () => {
    expect((await refusal({ DEMO_SEED: 'true' })).named).toEqual(['DEMO_SEED']);
  });

  it('[R-103] #3 takes a secret from a file, but not from two places', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aerie-'));
    const file = join(folder, 'jwt');
    await writeFile(file, `${PRODUCTION.JWT_ACCESS_SECRET}\n`);
    const env = { ...PRODUCTION, DATABASE_URL: databaseUrl };
    const app = await AppProcess.serve({ ...env, JWT_ACCESS_SECRET: undefined, JWT_ACCESS_SECRET_FILE: file });
    await app.stop();
    const { stderr } = await refusal({ JWT_ACCESS_SECRET_FILE: file });
    expect(stderr).toContain('JWT_ACCESS_SECRET and JWT_ACCESS_SECRET_FILE are both set');
    await rm(folder, { recursive: true });
  });
});

describe('the example of the environment', () => {
  it('[R-06] #1 lists every variable, commented, and no usable secret', async () => {
    const example = parseEnv(await readFile(join(ROOT, '.env.example'), 'utf8'));
    expect(Object.keys(example).sort()).toEqual([...new Set(NAMES())].sort());
    for (const { name, secret } of declaredVariables()) {
      if (secret) expect([undefined, '', 'changeme', 'changeme-64-hex-digits']).toContain(example[name]);
    }
  });
});
