import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { webcrypto } from 'node:crypto';

/** All of it as PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly privateKey: string;
  /** The certificate authority that made it, which nobody knows who is not told */
  readonly ca: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const keys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

/** Makes a certificate for 127.0.0.1, by an authority of its own. */
export async function makeCertificate(): Promise<Certificate> {
  x509.cryptoProvider.set(webcrypto);
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
  const exported = await webcrypto.subtle.exportKey('pkcs8', server.privateKey);
  const privateKey = x509.PemConverter.encode(exported, 'PRIVATE KEY');
  return { certificate: certificate.toString('pem'), privateKey, ca: ca.toString('pem') };
}
