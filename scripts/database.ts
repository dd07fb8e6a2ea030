import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster } from './embedded-postgres/cluster.ts';
import { findRunning } from './embedded-postgres/orphans.ts';
import { ownedFolder } from './embedded-postgres/owned-folder.ts';
import { findRunner, reaches, type Runner } from './embedded-postgres/runner.ts';
import { ROOT, say } from './environment.ts';
import { isRunning } from './processes.ts';

/** The server that a command works with. */
export interface Database {
  /** Tells when it is gone, whoever started it. */
  onLost(lost: () => void): void;
  /** Stops it, if this command started it. */
  stop(): Promise<void>;
}

const YOURS: Database = { onLost: () => undefined, stop: () => Promise.resolve() };
const LOST_CHECK_MS = 500;

/**
 * Makes sure that DATABASE_URL names a server: yours if it is set, else the project's own, which keeps its data.
 * @param onSpawned there is nothing more to do but to wait
 */
export async function ensureDatabase(onSpawned: () => void = () => undefined): Promise<Database> {
  if (process.env.DATABASE_URL) {
    onSpawned();
    return YOURS;
  }
  const runner = findRunner();
  const home = homeOfCluster(runner);
  const password = passwordOf(home);
  const running = findRunning(join(home, 'data'));
  if (running !== undefined) {
    say(`using the PostgreSQL that another command of this project runs (pid ${running.pid})`);
    process.env.DATABASE_URL = `postgresql://postgres:${password}@127.0.0.1:${running.port}/postgres`;
    onSpawned();
    return borrowed(running.pid);
  }
  const cluster = await Cluster.start({ home, runner, password, onSpawned });
  process.env.DATABASE_URL = cluster.url('postgres');
  return cluster;
}

/** A server that ends with the command that started it. */
function borrowed(pid: number): Database {
  return {
    ...YOURS,
    onLost: (lost) => {
      const timer = setInterval(() => {
        if (isRunning(pid)) return;
        clearInterval(timer);
        lost();
      }, LOST_CHECK_MS).unref();
    },
  };
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
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (known !== '') return known;
  if (existsSync(join(home, 'data'))) {
    throw new Error(`the password of the database is lost (${file}): remove ${home} to start with an empty one`);
  }
  const made = randomBytes(24).toString('base64url');
  writeFileSync(file, made, { mode: 0o600 });
  return made;
}
