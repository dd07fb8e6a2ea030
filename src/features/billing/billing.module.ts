import { Module } from '@nestjs/common';
import { CreditsModule } from './credits.module.js';
import { BillingPaymentsModule } from './payments.module.js';
import { ProvidersModule } from './providers.module.js';
import { SandboxModule } from './sandbox.module.js';
import { SubscriptionsModule } from './subscriptions.module.js';

/** Credits, plans and payments. */
@Module({ imports: [CreditsModule, SubscriptionsModule, BillingPaymentsModule, ProvidersModule, SandboxModule] })
export class BillingModule {}
