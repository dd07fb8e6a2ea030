import { chmodSync, lstatSync, mkdirSync } from 'node:fs';

/** Makes, or finds, a folder in a place that everybody may write to, and trusts it only if it is really ours. */
export function ownedFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  const { uid } = lstatSync(path);
  const isOurs = lstatSync(path).isDirectory() && uid === (process.getuid?.() ?? uid);
  if (!isOurs) throw new Error(`${path} belongs to somebody else: remove it, or set DATABASE_URL.`);
  chmodSync(path, 0o755);
  return path;
}
