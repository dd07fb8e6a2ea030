import { applyDecorators, UseGuards } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { Throws } from '../http/openapi.js';
import { UPSTREAM_ERRORS } from '../outbound/upstream.js';
import { CaptchaInvalid, CaptchaRequired } from './captcha.errors.js';
import { CaptchaGuard } from './captcha.guard.js';

/** Wants a solved CAPTCHA from whoever calls this, if CAPTCHA_ENABLED. */
export const RequiresCaptcha = () =>
  applyDecorators(
    UseGuards(CaptchaGuard),
    ApiHeader({
      name: 'X-Captcha-Token',
      required: false,
      description: 'A solved CAPTCHA, if `GET /v1/auth/captcha` names a provider',
      schema: { type: 'string', maxLength: 4_000 },
    }),
    Throws(CaptchaRequired, CaptchaInvalid, ...UPSTREAM_ERRORS),
  );
