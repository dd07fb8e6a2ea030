import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../core/access/access.decorators.js';
import { Captcha } from '../../core/captcha/captcha.js';
import { CaptchaView } from '../../core/captcha/captcha.dto.js';

@ApiTags('auth')
@Controller('auth/captcha')
@Public()
export class CaptchaController {
  constructor(private readonly captcha: Captcha) {}

  /** What to solve before registering, signing in or recovering a password, if anything */
  @Get()
  read(): Promise<CaptchaView> {
    return this.captcha.challenge();
  }
}
