import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import { cryptoConfig, type CryptoConfig } from '../../core/crypto/crypto.config.js';
import { SignatureInvalid } from '../../core/webhook-sources/webhook-sources.errors.js';

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

type SignedHeaders = Record<(typeof HEADERS)[number], string>;

/**
 * Signs what the sandbox sends, as Standard Webhooks says. Its secrets are made from ENCRYPTION_KEY and the key before, so
 * there is nothing to set, and they are rotated with it.
 */
@Injectable()
export class SandboxSignatures {
  /** The one that signs, then the one before */
  private readonly webhooks: readonly Webhook[];
  private readonly formKey: Buffer;

  constructor(@Inject(cryptoConfig.KEY) { encryptionKey, previousEncryptionKey }: CryptoConfig) {
    const live = [encryptionKey, previousEncryptionKey].filter((key) => key !== undefined);
    this.webhooks = live.map((key) => new Webhook(keyFor('sandbox webhooks', key), { format: 'raw' }));
    this.formKey = keyFor('sandbox forms', encryptionKey);
  }

  /** Headers of one attempt to deliver the event. */
  sign(id: string, body: string, at = new Date()): SignedHeaders {
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': this.webhooks[0]?.sign(id, at, body) ?? '',
    };
  }

  /** @returns the id of the event. @throws {SignatureInvalid} by no secret of ours, missing, or older than 300 s */
  verify(raw: Buffer, headers: IncomingHttpHeaders): string {
    const given = Object.fromEntries(HEADERS.map((name) => [name, String(headers[name] ?? '')])) as SignedHeaders;
    let fault: unknown;
    for (const webhook of this.webhooks) {
      try {
        webhook.verify(raw, given, { jsonParse: false });
        return given['webhook-id'];
      } catch (thrown) {
        fault = thrown;
      }
    }
    throw new SignatureInvalid(fault);
  }

  /** Proves that a form was on our page of this checkout, which other sites cannot read. */
  formToken(checkoutId: string): string {
    return createHmac('sha256', this.formKey).update(checkoutId).digest('base64url');
  }

  isFormToken(checkoutId: string, given: string): boolean {
    const [expected, sent] = [Buffer.from(this.formToken(checkoutId)), Buffer.from(given)];
    return expected.length === sent.length && timingSafeEqual(expected, sent);
  }
}

function keyFor(purpose: string, key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(purpose).digest();
}
