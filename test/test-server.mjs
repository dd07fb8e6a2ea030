import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Cluster } from '../scripts/embedded-postgres/cluster.ts';
import { findRunner, reaches } from '../scripts/embedded-postgres/runner.ts';

const NEEDED_BYTES = 1_000_000_000;
// Lost with the power, and nobody minds: the data lives as long as the run. Whoever drops a database waits for every
// connection of the server that is just being made, and some of them are frozen by a test.
const FAST = [
  'authentication_timeout=10s',
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  // Two workers start whole applications, several at a time, and some tests open as many connections as they get.
  'max_connections=1000',
  'shared_buffers=64MB',
];

/** @returns the server of this run, with a name that no other run on the same server uses */
export async function startTestServer() {
  const cluster = process.env.DATABASE_URL ? undefined : await embedded();
  const url = cluster ? cluster.url('postgres') : process.env.DATABASE_URL;
  const run = `aerie_test_${randomBytes(4).toString('hex')}`;
  const template = `${run}_template`;
  await execute(url, `CREATE DATABASE ${template}`);
  return {
    url,
    template,
    databaseUrl: (database) => Object.assign(new URL(url), { pathname: `/${database}` }).href,
    stop: () => (cluster ? cluster.stop() : dropDatabases(url, run)),
  };
}

function embedded() {
  const runner = findRunner();
  const home = mkdtempSync(join(fastFolder(runner), 'aerie-test-'));
  return Cluster.start({ home, runner, password: randomBytes(12).toString('hex'), settings: FAST, temporary: true });
}

/** Memory where there is enough of it: containers often have very little. */
function fastFolder(runner) {
  try {
    accessSync('/dev/shm', constants.W_OK);
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize > NEEDED_BYTES && reaches(runner, '/dev/shm/x')) return '/dev/shm';
  } catch {
    // There is none.
  }
  return reaches(runner, join(tmpdir(), 'x')) ? tmpdir() : '/var/tmp';
}

async function dropDatabases(url, run) {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [run]);
  for (const { datname } of rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  await client.end();
}

async function execute(url, statement) {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
}
