import { existsSync, readFileSync } from 'node:fs';

/** Whether this system tells what a process is: Linux does. */
export const tellsOfProcesses = existsSync('/proc/self');

/** The command line of a process, its parts apart; empty if there is none, or it cannot be told. */
export function commandOf(pid: number): string[] {
  return readProc(pid, 'cmdline').split('\0');
}

/** The id of the process that started it; undefined if that cannot be told. */
export function parentOf(pid: number): number | undefined {
  const parent = /^PPid:\s+(\d+)/m.exec(readProc(pid, 'status'))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** Whether there is a process of this id, whatever it is. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
