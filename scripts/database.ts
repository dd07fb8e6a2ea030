import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster } from './embedded-postgres/cluster.ts';
import { findRunning } from './embedded-postgres/orphans.ts';
import { ownedFolder } from './embedded-postgres/owned-folder.ts';
import { findRunner, reaches, type Runner } from './embedded-postgres/runner.ts';
import { ROOT, say } from './environment.ts';

/**
 * Makes sure that DATABASE_URL names a server: yours if it is set, else the project's own, which keeps its data.
 * @returns the server that this process started, if it did
 */
export async function ensureDatabase(): Promise<Cluster | undefined> {
  if (process.env.DATABASE_URL) return undefined;
  const runner = findRunner();
  const home = homeOfCluster(runner);
  const password = passwordOf(home);
  const running = findRunning(join(home, 'data'));
  if (running !== undefined) {
    say(`using the PostgreSQL that another command of this project runs (pid ${running.pid})`);
    process.env.DATABASE_URL = `postgresql://postgres:${password}@127.0.0.1:${running.port}/postgres`;
    return undefined;
  }
  const cluster = await Cluster.start({ home, runner, password });
  process.env.DATABASE_URL = cluster.url('postgres');
  return cluster;
}

/** Inside the project, unless the unprivileged user that root lends to PostgreSQL cannot get there. */
function homeOfCluster(runner: Runner): string {
  const inside = join(ROOT, '.data', 'postgres');
  mkdirSync(join(ROOT, '.data'), { recursive: true });
  if (reaches(runner, inside)) return inside;
  const project = createHash('sha256').update(realpathSync(ROOT)).digest('hex').slice(0, 16);
  return join(ownedFolder(`/var/tmp/aerie-${project}`), 'postgres');
}

function passwordOf(home: string): string {
  const file = `${home}.password`;
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}
