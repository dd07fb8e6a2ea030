import { spawn } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';
import type { SupervisorOrder } from './cluster.ts';

/**
 * Runs PostgreSQL for as long as its standard input is open. The parent holds the other end, and the kernel closes
 * it however the parent ends, so that no server is left behind: not by Ctrl-C, not by SIGKILL.
 */
const { command, args, credentials, logFile, temporary } = JSON.parse(process.argv[2] ?? '') as SupervisorOrder;
const log = openSync(logFile, 'w');
const server = spawn(command, args, { ...credentials, cwd: '/', stdio: ['ignore', log, log] });

// Fast shutdown: open connections are ended, what they committed is kept. Immediate, if that hangs.
const stop = () => {
  server.kill('SIGINT');
  setTimeout(() => server.kill('SIGQUIT'), 8_000).unref();
};
process.stdin.on('end', stop).on('error', stop).resume();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);

const end = (code: number | null) => {
  if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  process.exit(code ?? 1);
};
server.on('error', () => end(1));
server.on('exit', end);
