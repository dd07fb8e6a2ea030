import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { hours, Throttle } from '@nestjs/throttler';
import { CurrentActor, Public, RequiresRole, RequiresSession } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { FeatureDisabled, NotFound, ValidationFailed } from '../../core/errors/core.errors.js';
import { Throws } from '../../core/http/openapi.js';
import { LinkInvalid } from './auth.errors.js';
import { EmailVerification } from './email-verification.service.js';
import { LinkSent, LinkToken, OwnAddress } from './link.dto.js';

@ApiTags('auth')
@Controller('auth/email')
export class EmailController {
  constructor(private readonly verification: EmailVerification) {}

  /** Verifies an e-mail address, by the link that was mailed there */
  @Post('verify')
  @HttpCode(200)
  @Public()
  @Throws(LinkInvalid)
  verify(@Body() { token }: LinkToken): Promise<OwnAddress> {
    return this.verification.verify(token);
  }

  /** Mails another link to my e-mail address, unless it is verified. The links before are not valid any more */
  @Post('resend')
  @HttpCode(202)
  @RequiresRole('viewer')
  @RequiresSession()
  @Throttle({ principal: { limit: 3, ttl: hours(1) } })
  @Throws(FeatureDisabled, NotFound, ValidationFailed)
  resend(@CurrentActor() actor: Actor): Promise<LinkSent> {
    return this.verification.resend(actor);
  }
}
