import type { IncomingHttpHeaders } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../../core/database/transactions.js';
import type { Money } from '../../core/payments/payables.js';
import { type VerifiedEvent, type WebhookSource, WebhookSources } from '../../core/webhook-sources/webhook-sources.js';
import type { PaymentProvider } from './payment-provider.js';
import { PaymentProviders } from './payment-providers.js';
import { BY_CHARGE, BY_REFERENCE } from './payment-statements.js';
import type { ShownPayment } from './payment.views.js';
import { type Look, Snapshots } from './snapshots.js';

/** What is kept of an event, so that it can be handled again when its bytes are gone. */
interface KeptEvent {
  readonly reference?: string;
  readonly chargeReference?: string;
  readonly paid?: Money;
  /** As the provider sent it */
  readonly original: object;
}

/** Lets the webhook of each provider say that there is something to look at. How it stands is asked, never believed. */
@Injectable()
export class PaymentWebhooks implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly providers: PaymentProviders,
    private readonly sources: WebhookSources,
    private readonly snapshots: Snapshots,
  ) {}

  onModuleInit(): void {
    this.providers.onRegister((provider) => this.sources.register(provider.name, this.sourceOf(provider)));
  }

  private sourceOf(provider: PaymentProvider): WebhookSource {
    return {
      enabled: provider.enabled,
      verify: (raw, headers) => verify(provider, raw, headers),
      prepare: (event) => this.look(provider, event.payload as KeptEvent),
      handle: (tx, event, look) => this.handle(tx, event.payload as KeptEvent, look as Look | undefined),
    };
  }

  /** @returns undefined for what is about no payment of ours: others may sell with the same account */
  private async look(provider: PaymentProvider, event: KeptEvent): Promise<Look | undefined> {
    const payment = await this.paymentOf(provider, event);
    if (!payment?.checkoutReference) return undefined;
    return this.snapshots.take(payment, payment.checkoutReference);
  }

  private async handle(tx: Tx, { paid }: KeptEvent, look?: Look): Promise<'handled' | 'ignored'> {
    if (look === undefined) return 'ignored';
    await this.snapshots.apply(tx, look, paid);
    return 'handled';
  }

  private async paymentOf(
    provider: PaymentProvider,
    { reference, chargeReference }: KeptEvent,
  ): Promise<ShownPayment | undefined> {
    const { name } = provider;
    if (reference !== undefined) return this.find(BY_REFERENCE, name, reference);
    if (chargeReference === undefined) return undefined;
    const known = await this.find(BY_CHARGE, name, chargeReference);
    if (known !== undefined) return known;
    const located = await provider.locate?.(chargeReference);
    return located === undefined ? undefined : this.find(BY_REFERENCE, name, located);
  }

  private async find(statement: string, provider: string, reference: string): Promise<ShownPayment | undefined> {
    const [payment] = await this.dataSource.query<ShownPayment[]>(statement, [provider, reference]);
    return payment;
  }
}

function verify(provider: PaymentProvider, raw: Buffer, headers: IncomingHttpHeaders): VerifiedEvent {
  const { id, type, payload, reference, chargeReference, paid } = provider.verify(raw, headers);
  const kept: KeptEvent = { reference, chargeReference, paid, original: payload };
  return { id, type, payload: kept };
}
