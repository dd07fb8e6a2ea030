import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../scripts/port.js';
import { atTheEnd } from './cleanup.js';
import type { Environment } from './environment.js';

/** Whether a server of the test's own can be started, to be killed and frozen. */
export const hasRedisServer = spawnSync('redis-server', ['--version']).status === 0;
const given = process.env.REDIS_URL;
const hasRedis = hasRedisServer || given !== undefined;

const MISSING = 'no tests with Redis: apt-get install redis-server, or set REDIS_URL';

if (!hasRedis && process.env.CI === 'true') throw new Error(MISSING);
if (!hasRedis) process.stderr.write(`${MISSING}\n`);

/** What instances may share beside the database; `redis` is missing where there is none. */
export const STORES = hasRedis ? (['postgres', 'redis'] as const) : (['postgres'] as const);
export type Store = (typeof STORES)[number];

/** Settings with which an application uses the store, which is a new one each time. */
export async function storeSettings(store: Store): Promise<Environment> {
  if (store === 'postgres') return {};
  if (!hasRedisServer) return settingsFor(given);
  return (await RedisServer.start()).env;
}

interface Place {
  readonly port: number;
  readonly password: string;
  readonly folder: string;
}

/** A Redis of the test's own. It forgets everything when it ends, but what it was told to save. */
export class RedisServer {
  private constructor(
    private child: ChildProcess,
    private readonly place: Place,
  ) {}

  static async start(): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'aerie-redis-'));
    const place = { port: await freePort(), password: randomBytes(12).toString('hex'), folder };
    const server = new RedisServer(await spawnRedis(place), place);
    return atTheEnd(server, () => server.kill().then(() => rm(folder, { recursive: true })));
  }

  get url(): string {
    return `redis://:${this.place.password}@127.0.0.1:${this.place.port}/0`;
  }

  get env(): Environment {
    return settingsFor(this.url);
  }

  /** Stops its process: connections are accepted by the kernel, and nothing ever answers. */
  async freeze(): Promise<void> {
    await this.signal('SIGSTOP');
  }

  async thaw(): Promise<void> {
    await this.signal('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  /** Starts it again, on the same port. */
  async restart(): Promise<void> {
    this.child = await spawnRedis(this.place);
  }

  private signal(signal: NodeJS.Signals): Promise<boolean> {
    return Promise.resolve(this.child.kill(signal));
  }
}

const settingsFor = (url = ''): Environment => ({
  REDIS_ENABLED: 'true',
  REDIS_URL: url,
  RATE_LIMIT_STORE: 'redis',
});

async function spawnRedis({ port, password, folder }: Place): Promise<ChildProcess> {
  const settings = { port: String(port), bind: '127.0.0.1', requirepass: password, dir: folder, save: '' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('Ready to accept connections')) break;
  }
  child.stdout.resume();
  return child;
}
