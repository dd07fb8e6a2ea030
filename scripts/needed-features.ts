import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const NEEDS = /\.with-([a-z0-9+-]+)\.[a-z0-9-]*spec\.ts$/;

/** The features that a spec needs beside its own, as its name says: `purchase.with-billing+webhooks.e2e-spec.ts`. */
export const neededBy = (file: string): string[] => NEEDS.exec(file)?.[1]?.split('+') ?? [];

/** Whether one of them was cut: then the spec is not run, and proves nothing. */
export const isOrphan = (file: string): boolean =>
  neededBy(file).some((feature) => !existsSync(join(ROOT, 'src', 'features', feature)));

/** For `testPathIgnorePatterns` of jest. Says what is not run: a feature that is only misspelt looks like one that was cut. */
export function orphanPatterns(): string[] {
  const files = ['src', 'test'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }),
  );
  return files.filter(isOrphan).map((file) => {
    process.stderr.write(`not run, for want of a feature: ${file}\n`);
    return `/${file.replace(/[.+]/g, String.raw`\$&`)}$`;
  });
}
