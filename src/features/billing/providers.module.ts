import { Module } from '@nestjs/common';
import { PaymentProviders } from './payment-providers.js';

/** The adapters of payment providers. */
@Module({ providers: [PaymentProviders], exports: [PaymentProviders] })
export class ProvidersModule {}
