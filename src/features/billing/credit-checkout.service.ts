import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import type { Tx } from '../../core/database/transactions.js';
import { Idempotency } from '../../core/idempotency/idempotency.service.js';
import { Payments } from '../../core/payments/payments.js';
import { scope } from '../../core/tenancy/scope.js';
import type { BuyCredits, CreditCheckoutView, CreditPacksView } from './credit-checkout.dto.js';
import { CREDIT_PACK } from './credit-pack.payable.js';
import { type CreditPack, readPacks } from './credit-packs.js';
import { CreditPurchase } from './credit-purchase.entity.js';
import { UnknownPack } from './credit.errors.js';
import { creditsWereOrdered } from './credits.audit.js';
import { creditsConfig, type CreditsConfig } from './credits.config.js';

/** Credits for money. */
@Injectable()
export class CreditCheckout {
  private readonly packs: readonly CreditPack[];

  constructor(
    @Inject(creditsConfig.KEY) config: CreditsConfig,
    private readonly idempotency: Idempotency,
    private readonly payments: Payments,
    private readonly audit: Audit,
  ) {
    this.packs = readPacks(config.packs);
  }

  list(): CreditPacksView {
    return { enabled: this.payments.enabled, packs: [...this.packs] };
  }

  /**
   * Opens a payment for a pack, at the price of this moment. The credits come when it is paid.
   * @throws {UnknownPack | FeatureDisabled}
   */
  buy(actor: Actor, request: BuyCredits, key: string): Promise<CreditCheckoutView> {
    const pack = this.packs.find(({ name }) => name === request.pack);
    if (pack === undefined) throw new UnknownPack(this.packs.map(({ name }) => name));
    return this.idempotency.once({ actor, operation: 'credits.checkout', key, request }, (tx) =>
      this.open(tx, actor, pack),
    );
  }

  private async open(tx: Tx, actor: Actor, pack: CreditPack): Promise<CreditCheckoutView> {
    const { name, ...offer } = pack;
    const id = uuidv7();
    await scope(tx, actor)
      .of(CreditPurchase)
      .insert({ id, pack: name, ...offer });
    const payment = await this.payments.open(tx, actor, { kind: CREDIT_PACK, id });
    await this.audit.record(tx, actor, creditsWereOrdered, { type: 'credit-purchase', id });
    return { purchaseId: id, paymentId: payment.id, checkoutUrl: payment.checkoutUrl, pack };
  }
}
