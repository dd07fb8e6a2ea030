import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { hours } from '@nestjs/throttler';
import { CurrentActor, RequiresRole, RequiresVerifiedEmail } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { FeatureDisabled } from '../../core/errors/core.errors.js';
import { Throws } from '../../core/http/openapi.js';
import { IdempotencyKey } from '../../core/idempotency/idempotency-key.decorator.js';
import { StrictLimit } from '../../core/throttling/throttling.decorators.js';
import { BuyCredits, CreditCheckoutView, CreditPacksView } from './credit-checkout.dto.js';
import { CreditCheckout } from './credit-checkout.service.js';
import { UnknownPack } from './credit.errors.js';

@ApiTags('billing')
@Controller('billing/credits')
@RequiresRole('viewer')
export class CreditCheckoutController {
  constructor(private readonly checkout: CreditCheckout) {}

  /** Credits that can be bought */
  @Get('packs')
  list(): CreditPacksView {
    return this.checkout.list();
  }

  /** Buys a pack of credits for my organization: they come as soon as it is paid */
  @Post('checkout')
  @RequiresRole('admin')
  @RequiresVerifiedEmail()
  @StrictLimit({ limit: 60, ttl: hours(1) })
  @Throws(UnknownPack, FeatureDisabled)
  buy(
    @CurrentActor() actor: Actor,
    @Body() request: BuyCredits,
    @IdempotencyKey() key: string,
  ): Promise<CreditCheckoutView> {
    return this.checkout.buy(actor, request, key);
  }
}
