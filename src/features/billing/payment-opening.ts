import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import type { Tx } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { demandMoney } from '../../core/payments/currency.js';
import { Payables, type Quote } from '../../core/payments/payables.js';
import type { PayableRef } from '../../core/payments/payments.js';
import { CheckoutLinks } from './checkout-links.js';
import { PaymentAlreadyOpen, PaymentEnding } from './payment.errors.js';
import { CANCEL, EXPIRE_UNSEEN, EXTEND, FIND_OPEN, NEW_TOKEN, OPEN } from './payment-statements.js';
import type { ShownPayment } from './payment.views.js';
import { paymentOpened } from './payments.audit.js';
import { paymentsConfig, type PaymentsConfig } from './payments.config.js';
import { ProviderChoice } from './provider-choice.js';
import { Settlements } from './settlements.js';

/** A payment and the link by which it can be paid. */
export interface Opened {
  readonly payment: ShownPayment;
  readonly checkoutUrl: string;
}

type OpenRow = ShownPayment & { readonly sealedToken: string; readonly over: boolean };

const DESCRIPTION = 200;
const ATTEMPTS = 3;

/** Asks an organization for money. Of one thing one payment is open, which constraint `payments_one_open_key` decides. */
@Injectable()
export class PaymentOpening {
  constructor(
    @Inject(paymentsConfig.KEY) private readonly config: PaymentsConfig,
    private readonly payables: Payables,
    private readonly choice: ProviderChoice,
    private readonly links: CheckoutLinks,
    private readonly settlements: Settlements,
    private readonly audit: Audit,
  ) {}

  /** @throws {NotFound | PaymentEnding | PaymentAlreadyOpen | FeatureDisabled} and whatever the payable throws */
  async open(tx: Tx, buyer: Actor, payable: PayableRef, until?: Date): Promise<Opened> {
    const quote = await this.quoteOf(tx, buyer, payable);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const opened =
        (await this.insert(tx, buyer, payable, quote, until)) ?? (await this.find(tx, buyer, payable, quote));
      if (opened === undefined) continue;
      if (until !== undefined) await tx.query(EXTEND, [opened.payment.id, until]);
      return opened;
    }
    throw new PaymentAlreadyOpen();
  }

  private async quoteOf(tx: Tx, buyer: Actor, { kind, id }: PayableRef): Promise<Quote> {
    const payable = this.payables.find(kind);
    if (payable === undefined) throw new NotFound('What is to be paid for');
    const quote = await payable.quote(tx, buyer, id);
    demandMoney(quote);
    return quote;
  }

  private async insert(tx: Tx, buyer: Actor, { kind, id }: PayableRef, quote: Quote, until?: Date) {
    const { name: provider } = this.choice.current;
    const paymentId = uuidv7();
    const { token, hash, sealed } = this.links.newToken(paymentId);
    const [payment] = await tx.query<ShownPayment[]>(OPEN, [
      ...[paymentId, buyer.organizationId, buyer.userId, quote.sellerOrganizationId ?? null, kind, id],
      ...[quote.amount, quote.currency, quote.description.slice(0, DESCRIPTION), provider, hash, sealed],
      ...[this.config.ttlMinutes, until ?? null],
    ]);
    if (payment === undefined) return undefined;
    await this.audit.record(tx, buyer, paymentOpened, { type: 'payment', id: paymentId });
    return { payment, checkoutUrl: this.links.checkoutUrl(token) };
  }

  /** @returns the one that is open already, or undefined if it has made way for another */
  private async find(tx: Tx, { organizationId }: Actor, { kind, id }: PayableRef, quote: Quote) {
    const [open] = await tx.query<OpenRow[]>(FIND_OPEN, [organizationId, kind, id]);
    if (open === undefined) return undefined;
    if (open.over) return this.end(tx, open);
    if (open.amount !== quote.amount || open.currency !== quote.currency) {
      // It has another price by now. Whoever pays the former one all the same gets the money back.
      await tx.query(CANCEL, [open.id]);
      return undefined;
    }
    const { sealedToken, over: _over, ...payment } = open;
    return { payment, checkoutUrl: this.links.checkoutUrl(await this.tokenOf(tx, open.id, sealedToken)) };
  }

  private async end(tx: Tx, { id }: ShownPayment): Promise<undefined> {
    const [ended] = await tx.query<ShownPayment[]>(EXPIRE_UNSEEN, [id]);
    if (ended === undefined) throw new PaymentEnding();
    await this.settlements.ended(tx, ended);
  }

  private async tokenOf(tx: Tx, id: string, sealed: string): Promise<string> {
    const known = this.links.reopen(id, sealed);
    if (known !== undefined) return known;
    const fresh = this.links.newToken(id);
    await tx.query(NEW_TOKEN, [id, fresh.hash, fresh.sealed]);
    return fresh.token;
  }
}
