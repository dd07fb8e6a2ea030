import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { cryptoConfig, type CryptoConfig } from './crypto.config.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The stored value is not what was sealed, or no key here made it. Clients see INTERNAL, the log sees this code. */
export class DecryptFailed extends Error {
  readonly code = 'DECRYPT_FAILED';
  constructor(cause?: unknown) {
    super('A sealed value could not be opened.', { cause });
  }
}

/** Seals secrets of others, such as tokens of third parties, for the database; several keys can be live at once. */
@Injectable()
export class Keyring implements OnModuleInit {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly currentId: string;

  constructor(@Inject(cryptoConfig.KEY) { encryptionKey, previousEncryptionKey }: CryptoConfig) {
    const live = [encryptionKey, previousEncryptionKey].filter((key) => key !== undefined);
    this.keys = new Map(live.map((key) => [idOf(key), Buffer.from(key, 'hex')]));
    this.currentId = idOf(encryptionKey);
  }

  /** @throws when what was sealed cannot be opened: then no request should ever find out. */
  onModuleInit(): void {
    if (this.open(this.seal('self-test', 'self-test'), 'self-test') !== 'self-test') throw new DecryptFailed();
  }

  /**
   * @param context what the secret belongs to (`webhook_endpoints.secret:<row id>`): it opens nowhere else
   * @returns `<key id>.<nonce>.<tag>.<ciphertext>`, all but the id in base64url
   */
  seal(secret: string, context: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key(this.currentId), nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [this.currentId, ...[nonce, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join(
      '.',
    );
  }

  /** @throws {DecryptFailed} if one bit is not as it was sealed, or the context is another */
  open(value: string, context: string): string {
    const [id = '', ...parts] = value.split('.');
    const [nonce, tag, sealed] = parts.map((part) => Buffer.from(part, 'base64url'));
    if (parts.length !== 3 || nonce?.length !== NONCE_BYTES || tag?.length !== TAG_BYTES) throw new DecryptFailed();
    try {
      const decipher = createDecipheriv(ALGORITHM, this.key(id), nonce).setAAD(Buffer.from(context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed ?? Buffer.alloc(0)), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new DecryptFailed(cause);
    }
  }

  /**
   * Signs what people carry around, such as the code of a ticket. Each context has a key of its own, which is derived.
   * @returns the signature (32 bytes), and those that other live keys would make of it: compare in constant time
   */
  signatures(data: Buffer, context: string): readonly [current: Buffer, ...others: Buffer[]] {
    const others = [...this.keys.keys()].filter((id) => id !== this.currentId);
    const sign = (id: string) => createHmac('sha256', this.signingKey(id, context)).update(data).digest();
    return [sign(this.currentId), ...others.map(sign)];
  }

  /** Whether the value was sealed with an older key and should be sealed again. */
  isOutdated(value: string): boolean {
    return !value.startsWith(`${this.currentId}.`);
  }

  /** No key does two things. (The expanding half of HKDF: what goes in is a random key already.) */
  private signingKey(id: string, context: string): Buffer {
    return createHmac('sha256', this.key(id)).update(`sign:${context}`).digest();
  }

  private key(id: string): Buffer {
    const key = this.keys.get(id);
    if (key === undefined) throw new DecryptFailed();
    return key;
  }
}

/** Names a key without telling it. */
function idOf(key: string): string {
  return createHash('sha256').update(`key id:${key.toLowerCase()}`).digest('hex').slice(0, 8);
}
