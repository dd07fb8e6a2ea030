import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from '../../scripts/embedded-postgres/cluster.ts';
import { findRunner, reaches } from '../../scripts/embedded-postgres/runner.ts';
import { makeCertificate } from './certificates.ts';

/** Runs a PostgreSQL with TLS until its standard input ends. Says where it is and which CA it has, as JSON. */
const runner = findRunner();
const folder = reaches(runner, join(tmpdir(), 'x')) ? tmpdir() : '/var/tmp';
const home = mkdtempSync(join(folder, 'aerie-tls-'));
const certificates = join(home, 'certificates');
mkdirSync(certificates);

const { certificate, privateKey, ca } = await makeCertificate();
const write = (name, content) => {
  const file = join(certificates, name);
  writeFileSync(file, content, { mode: 0o600 });
  if (runner.credentials.uid !== undefined) chownSync(file, runner.credentials.uid, runner.credentials.gid);
  return file;
};
if (runner.credentials.uid !== undefined) chownSync(certificates, runner.credentials.uid, runner.credentials.gid);
const settings = [
  'ssl=on',
  `ssl_cert_file=${write('server.crt', certificate)}`,
  `ssl_key_file=${write('server.key', privateKey)}`,
  'fsync=off',
];
const password = randomBytes(12).toString('hex');
const cluster = await Cluster.start({ home, runner, password, settings, temporary: true });
process.stdout.write(`${JSON.stringify({ url: cluster.url('postgres'), ca })}\n`);
process.stdin.on('end', () => void cluster.stop().then(() => process.exit(0))).resume();
