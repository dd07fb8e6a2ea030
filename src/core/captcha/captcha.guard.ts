import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Captcha } from './captcha.js';

/** Lowercase, as Node.js has it */
export const CAPTCHA_HEADER = 'x-captcha-token';

/** Runs after the limits: a CAPTCHA is one more lock, and not the only one. */
@Injectable()
export class CaptchaGuard implements CanActivate {
  constructor(private readonly captcha: Captcha) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers, ip } = context.switchToHttp().getRequest<FastifyRequest>();
    const token = headers[CAPTCHA_HEADER];
    await this.captcha.demand(Array.isArray(token) ? token[0] : token, ip);
    return true;
  }
}
