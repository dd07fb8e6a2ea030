import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { Alerts } from '../../core/alerts/alerts.js';
import { Transactions } from '../../core/database/transactions.js';
import { defineJob } from '../../core/jobs/define-job.js';
import { type Handles, JobHandler } from '../../core/jobs/job-handler.decorator.js';
import { Jobs } from '../../core/jobs/jobs.service.js';
import { Checkouts } from './checkouts.service.js';
import { BY_ID, CHECKED, EXPIRE_UNSEEN, LEASE_DUE } from './payment-statements.js';
import type { ShownPayment } from './payment.views.js';
import { ProviderChoice } from './provider-choice.js';
import { RefundSending } from './refund-sending.js';
import { Settlements } from './settlements.js';
import { Snapshots } from './snapshots.js';

class Nothing {}
type Seen = ShownPayment & { readonly checkoutReference: string };

export const reconcilePayments = defineJob('payments.reconcile', Nothing, { cron: '* * * * *', timeoutSeconds: 300 });

const AT_ONCE = 10;
/** After how many looks that failed people are told, about an hour after the first. It is looked at all the same. */
const WORRYING = 8;

/**
 * Finishes what events did not: asks the provider about payments of which too long nothing was heard, ends those whose time
 * is over, and sends refunds again. Without any events it is what completes payments.
 */
@Injectable()
@JobHandler(reconcilePayments)
export class Reconciler implements Handles<Nothing> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
    private readonly choice: ProviderChoice,
    private readonly checkouts: Checkouts,
    private readonly snapshots: Snapshots,
    private readonly settlements: Settlements,
    private readonly refunds: RefundSending,
    private readonly alerts: Alerts,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Reconciler.name);
  }

  async handle(_: Nothing, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    for (let due = AT_ONCE; due === AT_ONCE && !signal.aborted;) {
      const leased = await this.dataSource.query<ShownPayment[]>(LEASE_DUE, [AT_ONCE]);
      await Promise.all(leased.map((payment) => this.tryCheck(payment)));
      due = leased.length;
    }
    await this.refunds.sendDue(signal);
  }

  /** Now, and not within a minute. */
  async runSoon(): Promise<void> {
    await this.transactions.run((tx) => this.jobs.enqueue(tx, reconcilePayments, {}));
  }

  /** What fails with one is no reason not to look at the others: its row says when it is its turn again. */
  private async tryCheck(payment: ShownPayment): Promise<void> {
    try {
      await this.check(payment);
    } catch (err) {
      this.logger.warn({ err, paymentId: payment.id, checks: payment.checks }, 'payment not reconciled');
      if (payment.checks >= WORRYING) this.alert(payment);
    }
  }

  private alert({ id, provider }: ShownPayment): void {
    this.alerts.raise({
      key: 'payments.unreconciled',
      title: 'Nobody knows how a payment stands',
      text: `Payment ${id} could not be looked at ${WORRYING} times and more: see the log, and ${provider}.`,
      severity: 'critical',
    });
  }

  private async check(payment: ShownPayment): Promise<void> {
    if (payment.checkoutClaimedAt === null) return this.expireUnseen(payment);
    // Its page was never made, and nobody has anything to pay at: the provider may never take it.
    if (payment.checkoutReference === null && isOver(payment)) return this.expireUnseen(payment);
    // Who died while they asked for the page asked by the same key: so it is the same page.
    const known = payment.checkoutReference === null ? await this.checkouts.create(payment) : payment;
    const seen = { ...known, checks: payment.checks } as Seen;
    const state = await this.look(seen);
    if (state === 'open' && isOver(payment)) await this.expire(seen);
    const isDone = state !== 'open' || seen.status === 'paid';
    if (isDone) await this.dataSource.query(CHECKED, [seen.id, payment.checks]);
  }

  private async look(payment: Seen): Promise<'open' | 'paid' | 'expired'> {
    // Refunds that fail meanwhile are counted from here.
    const [now] = await this.dataSource.query<[ShownPayment]>(BY_ID, [payment.id]);
    const look = await this.snapshots.take(now, payment.checkoutReference);
    await this.transactions.run((tx) => this.snapshots.apply(tx, look));
    return look.snapshot.state;
  }

  /** Somebody may pay while it is being ended, so that it is looked at again. */
  private async expire(payment: Seen): Promise<void> {
    await this.choice.of(payment).expire(payment.checkoutReference);
    if ((await this.look(payment)) !== 'open') await this.dataSource.query(CHECKED, [payment.id, payment.checks]);
  }

  private async expireUnseen({ id }: ShownPayment): Promise<void> {
    await this.transactions.run(async (tx) => {
      const [expired] = await tx.query<ShownPayment[]>(EXPIRE_UNSEEN, [id]);
      if (expired !== undefined) await this.settlements.ended(tx, expired);
    });
  }
}

const isOver = ({ status, expiresAt }: ShownPayment): boolean => status !== 'open' || expiresAt <= new Date();
