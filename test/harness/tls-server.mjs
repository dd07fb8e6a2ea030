import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { randomBytes, webcrypto } from 'node:crypto';
import { chownSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from '../../scripts/embedded-postgres/cluster.ts';
import { findRunner, reaches } from '../../scripts/embedded-postgres/runner.ts';

/** Runs a PostgreSQL with TLS until its standard input ends. Says where it is and which CA it has, as JSON. */
x509.cryptoProvider.set(webcrypto);
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const keys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

const runner = findRunner();
const folder = reaches(runner, join(tmpdir(), 'x')) ? tmpdir() : '/var/tmp';
const home = mkdtempSync(join(folder, 'aerie-tls-'));
const certificates = join(home, 'certificates');
mkdirSync(certificates);

const authority = await keys();
const ca = await x509.X509CertificateGenerator.createSelfSigned({
  name: 'CN=Aerie test CA',
  keys: authority,
  signingAlgorithm: algorithm,
  extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
});
const server = await keys();
const certificate = await x509.X509CertificateGenerator.create({
  subject: 'CN=127.0.0.1',
  issuer: ca.subject,
  publicKey: server.publicKey,
  signingKey: authority.privateKey,
  signingAlgorithm: algorithm,
  extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
});
const privateKey = x509.PemConverter.encode(
  await webcrypto.subtle.exportKey('pkcs8', server.privateKey),
  'PRIVATE KEY',
);
const write = (name, content) => {
  const file = join(certificates, name);
  writeFileSync(file, content, { mode: 0o600 });
  if (runner.credentials.uid !== undefined) chownSync(file, runner.credentials.uid, runner.credentials.gid);
  return file;
};
if (runner.credentials.uid !== undefined) chownSync(certificates, runner.credentials.uid, runner.credentials.gid);
const settings = [
  'ssl=on',
  `ssl_cert_file=${write('server.crt', certificate.toString('pem'))}`,
  `ssl_key_file=${write('server.key', privateKey)}`,
  'fsync=off',
];
const password = randomBytes(12).toString('hex');
const cluster = await Cluster.start({ home, runner, password, settings, temporary: true });
process.stdout.write(`${JSON.stringify({ url: cluster.url('postgres'), ca: ca.toString('pem') })}\n`);
process.stdin.on('end', () => void cluster.stop().then(() => process.exit(0))).resume();
