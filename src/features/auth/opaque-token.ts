import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits as 43 characters: a secret that only its owner has, because the database keeps its digest. */
export function opaqueToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What the database knows a token by. A slow hash would add nothing to 256 random bits. */
export function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
