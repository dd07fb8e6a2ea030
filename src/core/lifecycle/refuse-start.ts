import { InvalidConfiguration } from '../config/environment-reader.js';
import { StartRefused } from '../database/connect.js';

const LISTEN_ERRORS: Record<string, string> = {
  EADDRINUSE: 'The port is taken by another process: set PORT to a free one.',
  EACCES: 'This user may not listen on that port: set PORT to one above 1023.',
  EADDRNOTAVAIL: 'HOST is not an address of this machine.',
};

/** Says on standard error why there is no application, and ends the process. */
export function refuseStart(thrown: unknown): never {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const expected = error instanceof InvalidConfiguration || error instanceof StartRefused;
  const listening = LISTEN_ERRORS[(error as NodeJS.ErrnoException).code ?? ''];
  process.stderr.write(`${listening ?? (expected ? error.message : (error.stack ?? error.message))}\n`);
  process.exit(1);
}
