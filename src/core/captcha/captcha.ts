import { Inject, Injectable } from '@nestjs/common';
import { Altcha } from './altcha.js';
import { captchaConfig, type CaptchaConfig } from './captcha.config.js';
import type { CaptchaView } from './captcha.dto.js';
import { CaptchaInvalid, CaptchaRequired } from './captcha.errors.js';
import type { CaptchaProvider } from './captcha-provider.js';
import { Turnstile } from './turnstile.js';

/** Keeps programs out that try many accounts, where the configuration says so. */
@Injectable()
export class Captcha {
  private readonly provider?: CaptchaProvider;

  constructor(@Inject(captchaConfig.KEY) { enabled, provider }: CaptchaConfig, altcha: Altcha, turnstile: Turnstile) {
    if (enabled) this.provider = provider === 'altcha' ? altcha : turnstile;
  }

  async challenge(): Promise<CaptchaView> {
    return this.provider?.challenge() ?? { provider: 'none' };
  }

  /** @throws {CaptchaRequired | CaptchaInvalid} unless the token is of a CAPTCHA that was solved, or none is asked for */
  async demand(token: string | undefined, address: string): Promise<void> {
    if (this.provider === undefined) return;
    if (token === undefined || token === '') throw new CaptchaRequired();
    if (!(await this.provider.isSolved(token, address))) throw new CaptchaInvalid();
  }
}
