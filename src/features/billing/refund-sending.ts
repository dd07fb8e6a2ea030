import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { Alerts } from '../../core/alerts/alerts.js';
import { Transactions, type Tx } from '../../core/database/transactions.js';
import { type Handles, JobHandler } from '../../core/jobs/job-handler.decorator.js';
import { Jobs } from '../../core/jobs/jobs.service.js';
import { inMoney } from '../../core/payments/currency.js';
import type { ProviderRefund } from './payment-provider.js';
import { AmountNotPayable, RefundRefused } from './payment-provider.errors.js';
import type { PaymentRefund } from './payment-refund.entity.js';
import { BY_ID } from './payment-statements.js';
import type { ShownPayment } from './payment.views.js';
import { ProviderChoice } from './provider-choice.js';
import { sendRefund } from './refund.job.js';
import * as statements from './refund-statements.js';
import { Refunds } from './refunds.service.js';

/** After how many attempts without an answer people are told. It is asked for all the same, each hour. */
const WORRYING = 8;

/**
 * Brings refunds to the provider: the row is there, the provider is asked by its id as the key, the outcome is written
 * down. Who dies in between is followed by the reconciler, and the provider knows that it was asked before.
 */
@Injectable()
@JobHandler(sendRefund)
export class RefundSending implements Handles<{ refundId: string }> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly choice: ProviderChoice,
    private readonly refunds: Refunds,
    private readonly jobs: Jobs,
    private readonly alerts: Alerts,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(RefundSending.name);
  }

  async handle({ refundId }: { refundId: string }): Promise<void> {
    const [refund] = await this.dataSource.query<PaymentRefund[]>(statements.LEASE_REFUND, [refundId]);
    if (refund === undefined) return;
    const [payment] = await this.dataSource.query<[ShownPayment]>(BY_ID, [refund.paymentId]);
    const answer = await this.ask(payment, refund).catch((thrown: unknown) => this.failed(thrown, payment, refund));
    if (answer !== undefined) await this.transactions.run((tx) => this.write(tx, payment, refund, answer));
  }

  /** Those whose time has come, a few at a time. */
  async sendDue(signal: AbortSignal): Promise<void> {
    const due = await this.dataSource.query<{ id: string }[]>(statements.DUE_REFUNDS, [50]);
    for (const { id } of due) if (!signal.aborted) await this.trySend(id);
  }

  /** What fails with one keeps no other from its turn. */
  private async trySend(refundId: string): Promise<void> {
    try {
      await this.handle({ refundId });
    } catch (err) {
      this.logger.warn({ err, refundId }, 'refund not sent');
    }
  }

  /** Also that its provider is switched off is a failure of its own. */
  private async ask(payment: ShownPayment, { id, amount, providerReference }: PaymentRefund): Promise<ProviderRefund> {
    const provider = this.choice.of(payment);
    if (providerReference !== null) return provider.fetchRefund(providerReference);
    const { currency, chargeReference } = payment;
    return provider.refund({ refundId: id, chargeReference: chargeReference ?? '', amount, currency });
  }

  private async failed(
    thrown: unknown,
    payment: ShownPayment,
    { id, attempts }: PaymentRefund,
  ): Promise<Omit<ProviderRefund, 'reference'> | undefined> {
    this.logger.warn({ err: thrown, refundId: id, attempts }, 'refund not sent');
    if (thrown instanceof RefundRefused || thrown instanceof AmountNotPayable) return { state: 'failed' };
    if (attempts >= WORRYING) this.alert(payment, id, `has no answer after ${attempts} attempts`);
    await this.transactions.run(async (tx) => {
      const [next] = await tx.query<PaymentRefund[]>(statements.RETRY_REFUND, [id]);
      if (next) await this.jobs.enqueue(tx, sendRefund, { refundId: id }, { startAfter: next.attemptAt ?? undefined });
    });
    return undefined;
  }

  /** Of two who bring the same answer, one finds the refund pending. */
  private async write(
    tx: Tx,
    payment: ShownPayment,
    { id, amount }: PaymentRefund,
    { state, reference = null }: Omit<ProviderRefund, 'reference'> & { readonly reference?: string | null },
  ): Promise<void> {
    if (state === 'pending') return void (await tx.query(statements.KNOWN_REFUND, [id, reference]));
    const ended = await tx.query<object[]>(statements.END_REFUND, [id, state, reference]);
    if (ended.length === 0) return;
    if (state === 'failed') {
      await tx.query(statements.COUNT_FAILED, [payment.id, amount]);
      return this.alert(payment, id, 'was refused by the provider');
    }
    await tx.query(statements.COUNT_SUCCEEDED, [payment.id, amount]);
    await this.refunds.told(tx, payment.id, amount);
  }

  private alert(payment: ShownPayment, refundId: string, what: string): void {
    this.alerts.raise({
      key: 'payments.refund',
      title: 'A buyer does not get their money back',
      text: `Refund ${refundId} of payment ${payment.id} (${inMoney(payment)}, ${payment.provider}) ${what}.`,
      severity: 'critical',
    });
  }
}
