import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, isRunning, parentOf, tellsOfProcesses } from '../processes.ts';

const STOP_WITHIN_MS = 10_000;

/** A server that runs on this data already, held by the supervisor of another process. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

/** @returns the server on this data if it runs and somebody holds it */
export function findRunning(data: string): RunningServer | undefined {
  const server = readPidFile(data);
  return server && isServerOf(server.pid, data) && !isOrphan(server.pid) ? server : undefined;
}

/**
 * Clears what an earlier start left behind: a server whose supervisor was killed is stopped, and a lock file whose
 * process is gone, or is now another program, is removed.
 */
export async function stopOrphan(data: string): Promise<void> {
  const server = readPidFile(data);
  if (server === undefined) return;
  if (!tellsOfProcesses && isRunning(server.pid)) {
    // Elsewhere than on Linux a process does not tell what it is, and two servers on one folder would destroy it.
    throw new Error(`process ${server.pid} may still run a PostgreSQL on ${data}: end it, or set DATABASE_URL`);
  }
  if (isServerOf(server.pid, data)) {
    process.kill(server.pid, 'SIGINT');
    await goneWithin(server.pid, data, STOP_WITHIN_MS);
  }
  rmSync(join(data, 'postmaster.pid'), { force: true });
}

function readPidFile(data: string): RunningServer | undefined {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

/** A process id says little: after a restart of the machine it may be anybody's. */
function isServerOf(pid: number, data: string): boolean {
  return commandOf(pid).includes(data);
}

/** Its supervisor is its parent; an orphan was adopted by somebody else. */
function isOrphan(pid: number): boolean {
  const parent = parentOf(pid);
  return parent === undefined || !commandOf(parent).some((part) => part.endsWith('supervisor.ts'));
}

async function goneWithin(pid: number, data: string, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (isServerOf(pid, data)) {
    if (Date.now() > deadline) throw new Error(`A PostgreSQL left from before (pid ${pid}) does not stop: end it.`);
    await sleep(20);
  }
}
