import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Retention } from '../retention/retention.js';
import { Altcha } from './altcha.js';
import { Captcha } from './captcha.js';
import { captchaConfig } from './captcha.config.js';
import { CaptchaGuard } from './captcha.guard.js';
import { CaptchaSolution } from './captcha-solution.entity.js';
import { Turnstile } from './turnstile.js';

@Global()
@Module({
  imports: [ConfigModule.forFeature(captchaConfig), TypeOrmModule.forFeature([CaptchaSolution])],
  providers: [Altcha, Captcha, CaptchaGuard, Turnstile],
  exports: [Captcha, CaptchaGuard],
})
export class CaptchaModule {
  constructor(retention: Retention) {
    retention.expire('captcha_solutions');
  }
}
