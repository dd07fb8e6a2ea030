import { readdir } from 'node:fs/promises';
import type { MigrationInterface } from 'typeorm';

export type Migration = new () => MigrationInterface;

const FOLDER = new URL('../../../migrations/', import.meta.url);
const MIGRATION_FILE = /^\d{13}-[a-z0-9-]+\.(ts|js)$/;

/**
 * Finds the migrations by their file names, oldest first, all of them or those of one owner: core or a feature. TypeORM's own globs would do the same through a hidden
 * `import()` that test runners cannot follow.
 */
export async function loadMigrations(owner?: string): Promise<Migration[]> {
  const files = (await readdir(FOLDER)).filter((file) => MIGRATION_FILE.test(file) && isOf(file, owner)).sort();
  const modules = await Promise.all(
    files.map((file) => import(new URL(file, FOLDER).href) as Promise<Record<string, Migration>>),
  );
  return modules.flatMap((module) => Object.values(module));
}

function isOf(file: string, owner: string | undefined): boolean {
  return owner === undefined || file.replace(/^\d+-/, '').startsWith(`${owner}-`);
}
