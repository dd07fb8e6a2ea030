import { InvalidConfiguration } from '../config/environment-reader.js';
import { StartRefused } from './start-refused.js';

const LISTEN_ERRORS: Record<string, string> = {
  EADDRINUSE: 'The port is taken by another process: set PORT to a free one.',
  EACCES: 'This user may not listen on that port: set PORT to one above 1023.',
  EADDRNOTAVAIL: 'HOST is not an address of this machine.',
};

/** Says on standard error why there is no application, and ends the process. */
export function refuseStart(thrown: unknown): never {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const expected = error instanceof InvalidConfiguration || error instanceof StartRefused;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  const listening = syscall === 'listen' ? LISTEN_ERRORS[code] : undefined;
  process.stderr.write(`${listening ?? (expected ? error.message : (error.stack ?? error.message))}\n`);
  process.exit(1);
}
