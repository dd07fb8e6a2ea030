import { Controller, Get, HttpStatus, Param, Redirect } from '@nestjs/common';
import { ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Matches, MaxLength } from 'class-validator';
import { Public } from '../../core/access/access.decorators.js';
import { FeatureDisabled, NotFound } from '../../core/errors/core.errors.js';
import { Throws } from '../../core/http/openapi.js';
import { UpstreamFailed, UpstreamTimeout, UpstreamUnavailable } from '../../core/outbound/outbound.errors.js';
import { Checkouts } from './checkouts.service.js';
import { AmountNotPayable } from './payment-provider.errors.js';
import { CheckoutEnded } from './payment.errors.js';

class ByToken {
  @ApiProperty({ maxLength: 43, pattern: '^[\\w-]{43}$', example: 'a'.repeat(43) })
  @MaxLength(43)
  @Matches(/^[\w-]{43}$/)
  token: string;
}

/** Where links to pay lead. The link is what a buyer needs to know: it stands in no log, and browsers tell it to nobody. */
@ApiTags('payments')
@Controller('billing/checkout')
@Public()
export class CheckoutsController {
  constructor(private readonly checkouts: Checkouts) {}

  /** Leads to the provider's page, or back if it is paid already */
  @Get(':token')
  @Redirect(undefined, HttpStatus.SEE_OTHER)
  @ApiResponse({ status: HttpStatus.SEE_OTHER, description: 'To the page of the provider, or back' })
  @Throws(
    NotFound,
    CheckoutEnded,
    FeatureDisabled,
    AmountNotPayable,
    UpstreamFailed,
    UpstreamUnavailable,
    UpstreamTimeout,
  )
  async open(@Param() { token }: ByToken): Promise<{ url: string }> {
    return { url: await this.checkouts.urlFor(token) };
  }
}
