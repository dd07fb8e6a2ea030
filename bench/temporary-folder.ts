import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRunner, reaches } from '../scripts/embedded-postgres/runner.ts';
import { atTheEnd } from './cleanup.ts';

/** A folder for this run, where the user that root lends to PostgreSQL may enter. */
export function temporaryFolder(): string {
  const parent = reaches(findRunner(), join(tmpdir(), 'x')) ? tmpdir() : '/var/tmp';
  const folder = mkdtempSync(join(parent, 'aerie-bench-'));
  atTheEnd(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  return folder;
}
