import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from '../../scripts/embedded-postgres/cluster.ts';
import { findRunner, reaches } from '../../scripts/embedded-postgres/runner.ts';

/** Runs a PostgreSQL that is stopped, frozen and brought back by words on standard input, until that ends. */
const runner = findRunner();
const folder = reaches(runner, join(tmpdir(), 'x')) ? tmpdir() : '/var/tmp';
const home = mkdtempSync(join(folder, 'aerie-mortal-'));
const password = randomBytes(12).toString('hex');
const start = (port) => Cluster.start({ home, runner, password, settings: ['fsync=off'], port });

let cluster = await start();
const { port } = cluster;
const commands = {
  stop: () => cluster.stop(),
  start: async () => (cluster = await start(port)),
  freeze: () => signalAll('SIGSTOP'),
  thaw: () => signalAll('SIGCONT'),
};

/** The server is a process for each connection beside the first one. */
function signalAll(signal) {
  const postmaster = Number(readFileSync(join(home, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  for (const pid of [postmaster, ...childrenOf(postmaster)]) process.kill(pid, signal);
}

function childrenOf(parent) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

const lines = createInterface({ input: process.stdin });
process.stdout.write(`${cluster.url('postgres')}\n`);
lines.on('line', async (word) => {
  await commands[word]();
  process.stdout.write(`${word}\n`);
});
await once(lines, 'close');
try {
  signalAll('SIGCONT');
} catch {
  // It was stopped.
}
await cluster.stop();
rmSync(home, { recursive: true, force: true });
process.exit(0);
