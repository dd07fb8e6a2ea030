import { Body, Controller, HttpCode, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { hours, Throttle } from '@nestjs/throttler';
import { CurrentActor, Public, RequiresRole, RequiresSession } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { RequiresCaptcha } from '../../core/captcha/requires-captcha.decorator.js';
import { FeatureDisabled, NotFound } from '../../core/errors/core.errors.js';
import { Throws } from '../../core/http/openapi.js';
import { StrictLimit } from '../../core/throttling/throttling.decorators.js';
import { InvalidCredentials, LinkInvalid } from './auth.errors.js';
import { ForgottenPasswords } from './forgotten-passwords.js';
import { LinkSent, OwnAddress } from './link.dto.js';
import { ChangePassword, ForgottenPassword, ResetPassword } from './password.dto.js';
import { PasswordsService } from './passwords.service.js';
import { UserView } from './user.dto.js';

@ApiTags('auth')
@Controller()
export class PasswordsController {
  constructor(
    private readonly passwords: PasswordsService,
    private readonly forgotten: ForgottenPasswords,
  ) {}

  /** Mails a link to set a new password with, if there is such an account. The links before are not valid any more */
  @Post('auth/password/forgot')
  @HttpCode(202)
  @Public()
  @StrictLimit({ limit: 20, ttl: hours(1) }, 'email', 3)
  @RequiresCaptcha()
  @Throws(FeatureDisabled)
  forgot(@Body() { email }: ForgottenPassword): Promise<LinkSent> {
    return this.forgotten.ask(email);
  }

  /** Sets a new password, by the link that was mailed, and ends all sessions on every instance */
  @Post('auth/password/reset')
  @HttpCode(200)
  @Public()
  @StrictLimit({ limit: 5, ttl: hours(1) })
  @Throws(LinkInvalid, NotFound)
  reset(@Body() request: ResetPassword): Promise<OwnAddress> {
    return this.passwords.reset(request);
  }

  /** Changes my password, and ends all of my sessions but this one, on every instance */
  @Put('users/me/password')
  @RequiresRole('viewer')
  @RequiresSession()
  @Throttle({ principal: { limit: 5, ttl: hours(1) } })
  @Throws(InvalidCredentials, NotFound)
  change(@CurrentActor() actor: Actor, @Body() request: ChangePassword): Promise<UserView> {
    return this.passwords.change(actor, request);
  }
}
