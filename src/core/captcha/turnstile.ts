import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { IsBoolean } from 'class-validator';
import { Outbound } from '../outbound/outbound.js';
import type { Upstream } from '../outbound/upstream.js';
import { captchaConfig, type CaptchaConfig } from './captcha.config.js';
import type { CaptchaView } from './captcha.dto.js';
import type { CaptchaProvider } from './captcha-provider.js';

class Verdict {
  @IsBoolean()
  success: boolean;
}

/** Turnstile of Cloudflare (developers.cloudflare.com/turnstile), which sees to it that a token counts once. */
@Injectable()
export class Turnstile implements CaptchaProvider, OnModuleInit {
  private upstream: Upstream;

  constructor(
    @Inject(captchaConfig.KEY) private readonly config: CaptchaConfig,
    private readonly outbound: Outbound,
  ) {}

  onModuleInit(): void {
    const { enabled, provider, turnstileUrl: url } = this.config;
    this.upstream = this.outbound.upstream('turnstile', { url, enabled: enabled && provider === 'turnstile' });
  }

  challenge(): Promise<CaptchaView> {
    return Promise.resolve({ provider: 'turnstile', siteKey: this.config.siteKey });
  }

  /** @throws {UpstreamFailed | UpstreamUnavailable | UpstreamTimeout}: who cannot be checked is not let in */
  async isSolved(token: string, address?: string): Promise<boolean> {
    const form = { secret: this.config.turnstileSecret ?? '', response: token, ...(address && { remoteip: address }) };
    const answer = await this.upstream.request({
      method: 'POST',
      path: '/turnstile/v0/siteverify',
      body: new URLSearchParams(form),
    });
    return (await answer.demandOk().json(Verdict)).success;
  }
}
