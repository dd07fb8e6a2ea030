import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../port.ts';
import { findBinaries } from './binaries.ts';
import { stopOrphan } from './orphans.ts';
import type { Runner } from './runner.ts';

/** What the supervisor is told, as JSON in its first argument. */
export interface SupervisorOrder {
  readonly command: string;
  readonly args: readonly string[];
  readonly credentials: Runner['credentials'];
  readonly logFile: string;
  /** Removed when the server has stopped. */
  readonly temporary?: string;
}

export interface ClusterOptions {
  /** Folder of the cluster; `data` and the log are inside. */
  readonly home: string;
  readonly runner: Runner;
  /** Password of the superuser `postgres`. */
  readonly password: string;
  /** Server settings such as `fsync=off`. */
  readonly settings?: readonly string[];
  /** Removes `home` in the end. */
  readonly temporary?: boolean;
  /** A free one, unless it is given. */
  readonly port?: number;
  /** Tells that the server is on its way, so that its time can be used. */
  readonly onSpawned?: () => void;
}

const START_WITHIN_MS = 30_000;
const SUPERVISOR = join(import.meta.dirname, 'supervisor.ts');

/** A PostgreSQL server of our own, which ends when this process does. */
export class Cluster {
  readonly port: number;
  private readonly supervisor: ChildProcess;
  private readonly options: ClusterOptions;
  private stopping = false;

  private constructor(port: number, supervisor: ChildProcess, options: ClusterOptions) {
    this.port = port;
    this.supervisor = supervisor;
    this.options = options;
  }

  /** Starts the server of this folder, creating it at first. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const { home, runner } = options;
    const binaries = findBinaries(runner);
    mkdirSync(home, { recursive: true });
    give(home, runner);
    const data = join(home, 'data');
    if (!existsSync(join(data, 'PG_VERSION'))) create(binaries.initdb, data, options);
    await stopOrphan(data);
    const port = options.port ?? (await freePort());
    const order: SupervisorOrder = {
      command: binaries.postgres,
      args: serverArguments(data, port, options.settings ?? []),
      credentials: runner.credentials,
      logFile: join(home, 'postgres.log'),
      ...(options.temporary === true && { temporary: home }),
    };
    const supervisor = spawn(process.execPath, [SUPERVISOR, JSON.stringify(order)], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    options.onSpawned?.();
    const cluster = new Cluster(port, supervisor, options);
    await cluster.ready(join(data, 'postmaster.pid'));
    supervisor.unref();
    (supervisor.stdin as unknown as { unref(): void }).unref();
    return cluster;
  }

  /** Connection string for a database of this server. */
  url(database: string): string {
    return `postgresql://postgres:${this.options.password}@127.0.0.1:${this.port}/${database}`;
  }

  /** Tells when the server ends without having been asked to. */
  onLost(lost: () => void): void {
    this.supervisor.once('exit', () => {
      if (!this.stopping) lost();
    });
  }

  /** Stops the server and waits until it is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.supervisor.exitCode === null && this.supervisor.signalCode === null) {
      this.supervisor.ref();
      const gone = once(this.supervisor, 'exit');
      this.supervisor.stdin?.end();
      await gone;
    }
    // If the supervisor was killed, the server has outlived it.
    await stopOrphan(join(this.options.home, 'data'));
  }

  /** The server writes "ready" into its pid file when it accepts connections. */
  private async ready(pidFile: string): Promise<void> {
    const deadline = Date.now() + START_WITHIN_MS;
    while (Date.now() < deadline) {
      if (this.supervisor.exitCode !== null) break;
      if (existsSync(pidFile)) {
        const lines = readFileSync(pidFile, 'utf8').split('\n');
        if (lines[3] === String(this.port) && lines[7]?.trim() === 'ready') return;
      }
      await sleep(5);
    }
    const { home } = this.options;
    throw new Error(`The embedded PostgreSQL did not start: ${lastComplaint(join(home, 'postgres.log'))}`);
  }
}

/** Built beside its place and moved there, so that a creation that was interrupted leaves nothing half-made. */
function create(initdb: string, data: string, { runner, password }: ClusterOptions): void {
  const partial = `${data}.new.${process.pid}`;
  const passwordFile = `${data}.password`;
  sweep(`${data}.new.`);
  mkdirSync(partial, { mode: 0o700 });
  give(partial, runner);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  give(passwordFile, runner);
  const made = spawnSync(
    initdb,
    [
      ...['--pgdata', partial, '--username', 'postgres', '--auth', 'scram-sha-256', '--pwfile', passwordFile],
      ...['--encoding', 'UTF8', '--locale-provider', 'builtin', '--locale', 'C.UTF-8'],
      ...['--no-sync', '--no-instructions'],
    ],
    { ...runner.credentials, cwd: '/', encoding: 'utf8' },
  );
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    const [reason] = /^.*error:.*$|^.*No space left.*$/m.exec(made.stderr) ?? [
      made.error?.message ?? made.stderr.trim(),
    ];
    throw new Error(`The embedded PostgreSQL could not be created in ${dirname(data)}: ${reason}`);
  }
  rmSync(data, { recursive: true, force: true });
  renameSync(partial, data);
}

/** What creations left that were interrupted. */
function sweep(prefix: string): void {
  for (const name of readdirSync(dirname(prefix))) {
    const path = join(dirname(prefix), name);
    if (path.startsWith(prefix)) rmSync(path, { recursive: true, force: true });
  }
}

function give(path: string, { credentials: { uid, gid } }: Runner): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

function serverArguments(data: string, port: number, settings: readonly string[]): string[] {
  const fixed = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
  return ['-D', data, ...[...fixed, ...settings].flatMap((setting) => ['-c', setting])];
}

function lastComplaint(logFile: string): string {
  const lines = existsSync(logFile) ? readFileSync(logFile, 'utf8').trim().split('\n') : [];
  return lines.findLast((line) => /FATAL|PANIC|ERROR|No space/.test(line)) ?? (lines.at(-1) || `see ${logFile}`);
}
