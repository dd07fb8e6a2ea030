import { Global, Module } from '@nestjs/common';
import { Payables } from './payables.js';
import { Payments } from './payments.js';

/** The ports of money, through which features that sell and the feature that takes money meet. */
@Global()
@Module({ providers: [Payables, Payments], exports: [Payables, Payments] })
export class PaymentsModule {}
