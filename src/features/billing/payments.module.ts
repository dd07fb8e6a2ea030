import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { environmentConfig } from '../../core/config/environment.config.js';
import { httpConfig } from '../../core/http/http.config.js';
import { smtpConfig } from '../../core/messaging/smtp.config.js';
import { PersonalData } from '../../core/privacy/personal-data.js';
import { CheckoutLinks } from './checkout-links.js';
import { CheckoutsController } from './checkouts.controller.js';
import { Checkouts } from './checkouts.service.js';
import { PaymentDesk } from './payment-desk.js';
import { PaymentMails } from './payment-mails.js';
import { PaymentOpening } from './payment-opening.js';
import { PaymentRefund } from './payment-refund.entity.js';
import { PaymentWebhooks } from './payment-webhooks.js';
import { Payment } from './payment.entity.js';
import { paymentsConfig } from './payments.config.js';
import { PaymentsController } from './payments.controller.js';
import { PAYMENTS_OF_PEOPLE } from './payments.personal-data.js';
import { PaymentsService } from './payments.service.js';
import { ProviderChoice } from './provider-choice.js';
import { ProvidersModule } from './providers.module.js';
import { Reconciler } from './reconciler.js';
import { RefundSending } from './refund-sending.js';
import { Refunds } from './refunds.service.js';
import { Settlements } from './settlements.js';
import { Snapshots } from './snapshots.js';

/** Takes money, and gives it back. */
@Module({
  imports: [
    ProvidersModule,
    ConfigModule.forFeature(paymentsConfig),
    ConfigModule.forFeature(smtpConfig),
    ConfigModule.forFeature(httpConfig),
    ConfigModule.forFeature(environmentConfig),
    TypeOrmModule.forFeature([Payment, PaymentRefund]),
  ],
  controllers: [PaymentsController, CheckoutsController],
  providers: [
    ProviderChoice,
    CheckoutLinks,
    PaymentMails,
    Refunds,
    RefundSending,
    Settlements,
    Snapshots,
    Checkouts,
    Reconciler,
    PaymentOpening,
    PaymentsService,
    PaymentDesk,
    PaymentWebhooks,
  ],
})
export class BillingPaymentsModule {
  constructor(personalData: PersonalData) {
    personalData.declare(...PAYMENTS_OF_PEOPLE);
  }
}
