import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './environment.ts';
import { commandOf, isRunning, tellsOfProcesses } from './processes.ts';

const FILE = join(ROOT, '.data', 'start.lock');
const WAIT_MS = 120_000;

/** Lets one command of this project at a time make what all of them share: the database and the build. */
export async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  mkdirSync(join(ROOT, '.data'), { recursive: true });
  const deadline = Date.now() + WAIT_MS;
  while (!acquire()) {
    if (Date.now() > deadline) throw new Error(`another command of this project does not come to an end (${FILE})`);
    await sleep(50);
  }
  const release = () => rmSync(FILE, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function acquire(): boolean {
  try {
    writeFileSync(FILE, String(process.pid), { flag: 'wx' });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    if (!holdsStill(holder())) rmSync(FILE, { force: true });
    return false;
  }
}

/** Who holds it; ourselves, who are alive, if that cannot be told yet. */
function holder(): number {
  try {
    return Number(readFileSync(FILE, 'utf8')) || process.pid;
  } catch {
    return process.pid;
  }
}

/** A process id says little: after a restart of the machine it may be anybody's. */
function holdsStill(pid: number): boolean {
  if (pid === process.pid) return true;
  return tellsOfProcesses ? commandOf(pid).some((part) => part.includes('scripts/')) : isRunning(pid);
}
