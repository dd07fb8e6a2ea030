import { readdir } from 'node:fs/promises';
import type { MigrationInterface } from 'typeorm';

export type Migration = new () => MigrationInterface;

const FOLDER = new URL('../../../migrations/', import.meta.url);
const MIGRATION_FILE = /^\d{13}-[a-z0-9-]+\.(ts|js)$/;

/**
 * Finds the migrations by their file names, oldest first. TypeORM's own globs would do the same through a hidden
 * `import()` that test runners cannot follow.
 */
export async function loadMigrations(): Promise<Migration[]> {
  const files = (await readdir(FOLDER)).filter((file) => MIGRATION_FILE.test(file)).sort();
  const modules = await Promise.all(
    files.map((file) => import(new URL(file, FOLDER).href) as Promise<Record<string, Migration>>),
  );
  return modules.flatMap((module) => Object.values(module));
}
