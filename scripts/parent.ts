import { parentOf } from './processes.ts';

const CHECK_MS = 500;

/**
 * Ends this command when npm is gone: npm does not pass SIGKILL on, and nobody could stop us from its terminal any
 * more. npm starts a shell, and the shell starts us, so both are watched.
 */
export function whenNpmIsGone(end: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const before = lineage();
  const timer = setInterval(() => {
    if (lineage() === before) return;
    clearInterval(timer);
    end();
  }, CHECK_MS).unref();
}

function lineage(): string {
  return `${process.ppid} ${parentOf(process.ppid)}`;
}
