import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DecryptFailed, Keyring } from '../../core/crypto/keyring.js';
import { httpConfig, type HttpConfig } from '../../core/http/http.config.js';
import { smtpConfig, type SmtpConfig } from '../../core/messaging/smtp.config.js';
import { paymentsConfig, type PaymentsConfig } from './payments.config.js';

/** What a link ends with, and what the database has of it. */
export interface CheckoutToken {
  readonly token: string;
  readonly hash: Buffer;
  readonly sealed: string;
}

/** The links by which buyers come to their checkout, and back. Whoever has one may pay, and learns nothing else. */
@Injectable()
export class CheckoutLinks {
  constructor(
    @Inject(paymentsConfig.KEY) private readonly config: PaymentsConfig,
    @Inject(httpConfig.KEY) private readonly http: HttpConfig,
    @Inject(smtpConfig.KEY) private readonly smtp: SmtpConfig,
    private readonly keyring: Keyring,
  ) {}

  /** 256 random bits, which are found by their digest. */
  newToken(paymentId: string): CheckoutToken {
    const token = randomBytes(32).toString('base64url');
    return { token, hash: this.hashOf(token), sealed: this.keyring.seal(token, contextOf(paymentId)) };
  }

  /** @returns undefined if the key that sealed it is gone: then the payment needs a new one */
  reopen(paymentId: string, sealed: string): string | undefined {
    try {
      return this.keyring.open(sealed, contextOf(paymentId));
    } catch (thrown) {
      if (thrown instanceof DecryptFailed) return undefined;
      throw thrown;
    }
  }

  hashOf(token: string): Buffer {
    return createHash('sha256').update(token).digest();
  }

  checkoutUrl(token: string): string {
    return `${this.config.apiUrl ?? this.here}/v1/billing/checkout/${token}`;
  }

  /** Where a buyer goes afterwards. @param status what has become of it, if it is known */
  returnUrl(paymentId: string, status?: string): string {
    const url = new URL(this.config.returnUrl ?? this.ownReturnUrl);
    url.searchParams.set('payment', paymentId);
    if (status !== undefined) url.searchParams.set('status', status);
    return url.href;
  }

  /** There is a page for that where there may be an inbox. */
  private get ownReturnUrl(): string {
    return this.smtp.inboxEnabled ? `${this.here}/dev/billing` : `${this.http.appUrl}/payments`;
  }

  /** As a browser of this machine reaches it: where it is reached from elsewhere, the start wants API_URL. */
  private get here(): string {
    return `http://127.0.0.1:${this.http.port}`;
  }
}

const contextOf = (paymentId: string) => `payments.token:${paymentId}`;
