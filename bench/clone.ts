import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../scripts/environment.ts';
import { atTheEnd } from './cleanup.ts';
import { freePort } from '../scripts/port.ts';
import { answers, type Environment } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';

const READY_WITHIN_MS = 120_000;
const POLL_MS = 5;
const END_WITHIN_MS = 20_000;

// Without the binaries of this project on it, as on a machine that has Node.js and nothing else.
const PATH = (process.env.PATH ?? '')
  .split(':')
  .filter((entry) => !entry.includes('node_modules'))
  .join(':');
const ENV: Environment = { PATH, HOME: process.env.HOME ?? '' };

/** A fresh clone of what is committed, in the hands of a stranger. */
export class Clone {
  private readonly folder = join(temporaryFolder(), 'aerie');

  constructor() {
    execFileSync('git', ['clone', '--quiet', ROOT, this.folder]);
  }

  /** @returns seconds */
  install(): number {
    const started = performance.now();
    execFileSync('npm', ['ci'], { cwd: this.folder, env: ENV, stdio: ['ignore', 'ignore', 'inherit'] });
    return secondsSince(started);
  }

  /** `npm start`, and Ctrl-C after the first answer. @returns seconds until then */
  start(): Promise<number> {
    return timeToAnswer(this.folder, 'npm', ['start']);
  }
}

/** The smallest Nest application, started as directly as can be. @returns seconds until its first answer */
export function startBareNest(): Promise<number> {
  return timeToAnswer(ROOT, process.execPath, [join(import.meta.dirname, 'bare-nest.mjs')]);
}

async function timeToAnswer(cwd: string, command: string, args: string[]): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  // In a group of its own, as a terminal does it: npm passes no Ctrl-C on, and relies on the whole group getting it.
  const child = spawn(command, args, {
    cwd,
    env: { ...ENV, PORT: String(port) },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'exit');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    const { pid } = child;
    if (hasEnded() || pid === undefined) return;
    process.kill(-pid, 'SIGINT');
    const timer = setTimeout(() => process.kill(-pid, 'SIGKILL'), END_WITHIN_MS);
    await ended;
    clearTimeout(timer);
  };
  atTheEnd(stop);
  while (!(await answers(`http://127.0.0.1:${port}/health/ready`))) {
    if (hasEnded() || performance.now() - started > READY_WITHIN_MS) throw new Error(`no start: ${said}`);
    await sleep(POLL_MS);
  }
  const seconds = secondsSince(started);
  await stop();
  return seconds;
}

function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1_000;
}
