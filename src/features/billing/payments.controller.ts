import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole, RequiresVerifiedEmail } from '../../core/access/access.decorators.js';
import { Forbidden } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { FeatureDisabled, NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { IdempotencyKey } from '../../core/idempotency/idempotency-key.decorator.js';
import { PageQuery } from '../../core/pagination/page.dto.js';
import { AcrossOrganizations } from '../../core/tenancy/across-organizations.decorator.js';
import * as dto from './payment.dto.js';
import * as errors from './payment.errors.js';
import { OF_SELLERS, PaymentsService } from './payments.service.js';

@ApiTags('payments')
@Controller('billing/payments')
@RequiresRole('member')
export class PaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  /** What my organization pays and has paid, newest first */
  @Get()
  list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<dto.PaymentPage> {
    return this.payments.list(actor, query);
  }

  /** Asks for something to be paid for, or again for the payment that waits already: pay at its checkoutUrl */
  @Post()
  @RequiresVerifiedEmail()
  @Throws(NotFound, FeatureDisabled, errors.PaymentAlreadyOpen, errors.PaymentEnding)
  create(
    @CurrentActor() actor: Actor,
    @Body() request: dto.CreatePayment,
    @IdempotencyKey() key: string,
  ): Promise<dto.OpenPaymentView> {
    return this.payments.create(actor, request, key);
  }

  /** A payment of my organization, or for what it sells */
  @Get(':id')
  @AcrossOrganizations(OF_SELLERS)
  @Throws(NotFound)
  read(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<dto.PaymentView> {
    return this.payments.get(actor, id);
  }

  /** What went back of it, newest first */
  @Get(':id/refunds')
  @AcrossOrganizations(OF_SELLERS)
  @Throws(NotFound)
  listRefunds(@CurrentActor() actor: Actor, @Param() { id }: ById, @Query() query: PageQuery): Promise<dto.RefundPage> {
    return this.payments.listRefunds(actor, id, query);
  }

  /** Gives back what a buyer of mine has paid, or a part of it */
  @Post(':id/refunds')
  @RequiresVerifiedEmail()
  @AcrossOrganizations(OF_SELLERS)
  @Throws(NotFound, Forbidden, errors.PaymentNotPaid, errors.RefundExceedsPayment, errors.RefundAlreadyRequested)
  refund(
    @CurrentActor() actor: Actor,
    @Param() { id }: ById,
    @Body() request: dto.CreateRefund,
    @IdempotencyKey() key: string,
  ): Promise<dto.RefundView> {
    return this.payments.refund(actor, id, request, key);
  }
}
