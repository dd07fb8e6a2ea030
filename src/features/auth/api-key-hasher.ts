import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { apiKeysConfig, type ApiKeysConfig } from './api-keys.config.js';

/** What the database knows API keys by. */
@Injectable()
export class ApiKeyHasher {
  private readonly pepper: KeyObject;
  private readonly previous?: KeyObject;

  constructor(@Inject(apiKeysConfig.KEY) { pepper, previousPepper }: ApiKeysConfig) {
    this.pepper = secretOf(pepper);
    this.previous = previousPepper === undefined ? undefined : secretOf(previousPepper);
  }

  /** With the pepper of today. */
  hash(key: string): Buffer {
    return hmac(this.pepper, key);
  }

  /** All that it may be known by, while the pepper is rotated. */
  hashes(key: string): Buffer[] {
    return this.previous === undefined ? [this.hash(key)] : [this.hash(key), hmac(this.previous, key)];
  }

  /** Looks at all of each, however early they differ. */
  isOneOf(hash: Buffer, hashes: readonly Buffer[]): boolean {
    return hashes.map((one) => timingSafeEqual(one, hash)).includes(true);
  }
}

const secretOf = (pepper: string): KeyObject => createSecretKey(Buffer.from(pepper, 'hex'));
const hmac = (pepper: KeyObject, key: string): Buffer => createHmac('sha256', pepper).update(key).digest();
