import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { cryptoConfig } from '../../core/crypto/crypto.config.js';
import { smtpConfig } from '../../core/messaging/smtp.config.js';
import { DevBillingRoutes } from './dev-billing-routes.js';
import { OwnAddress } from './own-address.js';
import { ProvidersModule } from './providers.module.js';
import { SandboxCheckout } from './sandbox-checkout.entity.js';
import { SandboxCheckouts } from './sandbox-checkouts.js';
import { SandboxDelivery } from './sandbox-delivery.js';
import { SandboxEvent } from './sandbox-event.entity.js';
import { SandboxEvents } from './sandbox-events.js';
import { SandboxRefund } from './sandbox-refund.entity.js';
import { SandboxRefunds } from './sandbox-refunds.js';
import { SandboxRoutes } from './sandbox-routes.js';
import { SandboxSignatures } from './sandbox-signatures.js';
import { sandboxConfig } from './sandbox.config.js';
import { SandboxProvider } from './sandbox.provider.js';

/** The payment provider of development: an adapter, and the company behind it. */
@Module({
  imports: [
    ProvidersModule,
    ConfigModule.forFeature(cryptoConfig),
    ConfigModule.forFeature(sandboxConfig),
    ConfigModule.forFeature(smtpConfig),
    TypeOrmModule.forFeature([SandboxCheckout, SandboxEvent, SandboxRefund]),
  ],
  providers: [
    DevBillingRoutes,
    OwnAddress,
    SandboxCheckouts,
    SandboxDelivery,
    SandboxEvents,
    SandboxProvider,
    SandboxRefunds,
    SandboxRoutes,
    SandboxSignatures,
  ],
})
export class SandboxModule {}
