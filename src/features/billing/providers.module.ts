import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { PaymentProviders } from './payment-providers.js';
import { RazorpayProvider } from './razorpay.js';
import { razorpayConfig } from './razorpay.config.js';
import { StripeProvider } from './stripe.js';
import { stripeConfig } from './stripe.config.js';

/** The adapters of payment providers. */
@Module({
  imports: [ConfigModule.forFeature(stripeConfig), ConfigModule.forFeature(razorpayConfig)],
  providers: [PaymentProviders, StripeProvider, RazorpayProvider],
  exports: [PaymentProviders],
})
export class ProvidersModule {}
