import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** As whom PostgreSQL runs: it refuses root, so root lends it an unprivileged user. */
export interface Runner {
  readonly credentials: { readonly uid?: number; readonly gid?: number };
}

export function findRunner(): Runner {
  if (process.getuid?.() !== 0) return { credentials: {} };
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) {
    throw new Error('PostgreSQL does not run as root, and there is no user "nobody" to lend: set DATABASE_URL.');
  }
  return { credentials: { uid: Number(uid), gid: Number(gid) } };
}

// initdb hands these to a shell.
const UNSAFE = /["$`\\]/;

/** Whether the runner may enter the folder that holds this path, and initdb can name it. */
export function reaches({ credentials }: Runner, path: string): boolean {
  if (UNSAFE.test(path)) return false;
  if (credentials.uid === undefined) return true;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
