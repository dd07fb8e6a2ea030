import { Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Meter } from '../../core/metering/meter.js';
import { PersonalData } from '../../core/privacy/personal-data.js';
import { AdminCreditsController } from './admin-credits.controller.js';
import { CreditAccount } from './credit-account.entity.js';
import { CreditCheckoutController } from './credit-checkout.controller.js';
import { CreditCheckout } from './credit-checkout.service.js';
import { CreditEntry } from './credit-entry.entity.js';
import { CreditGrants } from './credit-grants.service.js';
import { CreditLedger } from './credit-ledger.js';
import { CreditMeter } from './credit-meter.js';
import { CreditNote } from './credit-note.entity.js';
import { CreditPackPayable } from './credit-pack.payable.js';
import { CreditPurchase } from './credit-purchase.entity.js';
import { CreditReservation } from './credit-reservation.entity.js';
import { creditsConfig } from './credits.config.js';
import { CreditsController } from './credits.controller.js';
import { CREDITS } from './credits.personal-data.js';
import { CreditsService } from './credits.service.js';
import { NightlyReconciliation } from './nightly-reconciliation.js';
import { StaleReservations } from './stale-reservations.js';

/** What organizations can spend: their accounts, the ledger, and the meter through which features take from them. */
@Module({
  imports: [
    ConfigModule.forFeature(creditsConfig),
    TypeOrmModule.forFeature([CreditAccount, CreditEntry, CreditNote, CreditPurchase, CreditReservation]),
  ],
  controllers: [CreditsController, CreditCheckoutController, AdminCreditsController],
  providers: [
    CreditCheckout,
    CreditGrants,
    CreditLedger,
    CreditMeter,
    CreditPackPayable,
    CreditsService,
    NightlyReconciliation,
    StaleReservations,
  ],
  exports: [CreditLedger],
})
export class CreditsModule implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly meter: Meter,
    private readonly credits: CreditMeter,
    personalData: PersonalData,
  ) {
    personalData.declare(...CREDITS);
  }

  onModuleInit(): void {
    this.meter.provide(this.credits);
  }

  /** Features that cost something must not turn out to be free. */
  onApplicationBootstrap(): void {
    if (!this.meter.enabled) throw new Error('Credits are kept, but nothing is metered.');
  }
}
