import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Forbidden } from '../../core/access/access.errors.js';
import { type Actor, hasRole } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Idempotency } from '../../core/idempotency/idempotency.service.js';
import type { PageQuery } from '../../core/pagination/page.dto.js';
import { Pages } from '../../core/pagination/pages.js';
import { acrossOrganizations, scope } from '../../core/tenancy/scope.js';
import type { CreatePayment, CreateRefund, OpenPaymentView, PaymentPage, PaymentView } from './payment.dto.js';
import type { RefundPage, RefundView } from './payment.dto.js';
import { Payment } from './payment.entity.js';
import { PaymentRefund } from './payment-refund.entity.js';
import { PaymentOpening } from './payment-opening.js';
import { toPaymentView, toRefundView } from './payment.views.js';
import { refundRequested } from './payments.audit.js';
import { ProviderChoice } from './provider-choice.js';
import { Refunds } from './refunds.service.js';

export const OF_SELLERS = 'whoever sold something sees what was paid for it, in whichever organization the buyer is';

/** What organizations pay, for those who buy and those who sell. */
@Injectable()
export class PaymentsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly pages: Pages,
    private readonly choice: ProviderChoice,
    private readonly opening: PaymentOpening,
    private readonly refunds: Refunds,
    private readonly audit: Audit,
  ) {}

  /** Those of the actor's organization as the buyer, newest first. */
  async list(actor: Actor, request: PageQuery): Promise<PaymentPage> {
    const own = scope(this.dataSource.manager, actor).of(Payment).select('payment');
    const { data, page } = await this.pages.read('payments', { desc: ['id'] }, own, request);
    return { data: data.map(toPaymentView), page };
  }

  /** @throws {FeatureDisabled | NotFound | PaymentEnding | PaymentAlreadyOpen} */
  create(actor: Actor, request: CreatePayment, key: string): Promise<OpenPaymentView> {
    // Where nobody can pay, no key is used up either.
    void this.choice.current;
    return this.idempotency.once({ actor, operation: 'payments.create', key, request }, async (tx) => {
      const { payment, checkoutUrl } = await this.opening.open(tx, actor, request.payable);
      return { ...toPaymentView(payment), checkoutUrl };
    });
  }

  /** @throws {NotFound} */
  async get(actor: Actor, id: string): Promise<PaymentView> {
    return toPaymentView(await this.visible(actor, id));
  }

  /** @throws {NotFound} */
  async listRefunds(actor: Actor, id: string, request: PageQuery): Promise<RefundPage> {
    const payment = await this.visible(actor, id);
    const query = scope(this.dataSource.manager, payment).of(PaymentRefund).select('refund').where({ paymentId: id });
    const { data, page } = await this.pages.read(`refunds of ${id}`, { desc: ['id'] }, query, request);
    return { data: data.map(toRefundView), page };
  }

  /**
   * Gives money back beside any policy: only whoever sold it may. A buyer asks by what they have bought.
   * @throws {NotFound | Forbidden | PaymentNotPaid | RefundExceedsPayment}
   */
  async refund(actor: Actor, id: string, request: CreateRefund, key: string): Promise<RefundView> {
    const payment = await this.visible(actor, id);
    if (!sells(actor, payment)) throw new Forbidden();
    const keyed = { actor, operation: 'payments.refund', key, request: { id, ...request } };
    return this.idempotency.once(keyed, async (tx) => {
      const wish = { paymentId: id, amount: request.amount, reason: request.reason, reference: `direct:${uuidv7()}` };
      const refund = await this.refunds.ask(tx, wish);
      await this.audit.record(tx, actor, refundRequested, { type: 'payment', id });
      return toRefundView(refund);
    });
  }

  /** Of whom it is a secret that there is a payment, for them there is none. */
  private async visible(actor: Actor, id: string): Promise<Payment> {
    const all = acrossOrganizations(this.dataSource.manager, OF_SELLERS).of(Payment);
    const payment = await all.get({ id }, 'The payment');
    if (payment.organizationId !== actor.organizationId && !sells(actor, payment)) throw new NotFound('The payment');
    return payment;
  }
}

/** The administrators of the organization that sold it or, of what the platform sold, those of the platform. */
function sells(actor: Actor, { sellerOrganizationId }: Payment): boolean {
  if (sellerOrganizationId === null) return actor.administrator;
  return sellerOrganizationId === actor.organizationId && hasRole(actor, 'admin');
}
