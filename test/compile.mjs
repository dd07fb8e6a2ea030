import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');
export const COMPILED = join(ROOT, '.cache', 'compiled');

/**
 * Compiles sources and tests as the build does, with the same compiler and the same Swagger plugin, so that what is
 * tested is what runs.
 */
export function compile() {
  const nest = join(ROOT, 'node_modules', '.bin', 'nest');
  const { status } = spawnSync(nest, ['build', '--path', 'tsconfig.json'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The sources do not compile.');
}
