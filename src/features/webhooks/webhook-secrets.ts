import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import { Keyring } from '../../core/crypto/keyring.js';
import type { TakenDelivery } from './webhook-queue.js';

const BYTES = 32;

/** A secret, and how it is kept. */
interface NewSecret {
  /** `whsec_` and 32 bytes in Base64 */
  readonly secret: string;
  readonly sealed: string;
}

/** Secrets of endpoints: made here, sealed, and opened only to sign. */
@Injectable()
export class WebhookSecrets {
  constructor(private readonly keyring: Keyring) {}

  make(endpointId: string): NewSecret {
    const secret = `whsec_${randomBytes(BYTES).toString('base64')}`;
    return { secret, sealed: this.keyring.seal(secret, contextOf(endpointId)) };
  }

  /** The same, sealed by the newest key. */
  sealedAnew(endpointId: string, sealed: string): string {
    if (!this.keyring.isOutdated(sealed)) return sealed;
    return this.keyring.seal(this.keyring.open(sealed, contextOf(endpointId)), contextOf(endpointId));
  }

  /**
   * The headers of an attempt, signed by the secret and by the one before as long as that lives.
   * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
   */
  headersOf({ endpointId, eventId, body, secret, previousSecret }: TakenDelivery, at: Date): Record<string, string> {
    const signatures = [secret, previousSecret]
      .filter((sealed) => sealed !== null)
      .map((sealed) => new Webhook(this.keyring.open(sealed, contextOf(endpointId))).sign(eventId, at, body));
    return {
      'webhook-id': eventId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': signatures.join(' '),
    };
  }
}

const contextOf = (endpointId: string): string => `webhook_endpoints.secret:${endpointId}`;
