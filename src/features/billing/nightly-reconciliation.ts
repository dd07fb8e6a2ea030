import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { Alerts } from '../../core/alerts/alerts.js';
import { defineJob } from '../../core/jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../../core/jobs/job-handler.decorator.js';
import { Metrics } from '../../core/metrics/metrics.js';
import { reconcileCredits } from './credit-reconciliation.js';

class Nothing {}

/** Every night. Of all instances one does it. */
export const reconcileNightly = defineJob('credits.reconcile', Nothing, { cron: '20 3 * * *', timeoutSeconds: 1_800 });

@Injectable()
@JobHandler(reconcileNightly)
export class NightlyReconciliation implements Handles<Nothing> {
  private readonly differing;

  constructor(
    private readonly dataSource: DataSource,
    private readonly alerts: Alerts,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(NightlyReconciliation.name);
    this.differing = metrics.counter(
      'credit_differences_total',
      'Accounts that were found to differ from the sum of their entries',
    );
  }

  async handle(_: Nothing, { signal }: Run): Promise<void> {
    const { accounts, differences } = await reconcileCredits(this.dataSource.manager, signal);
    this.logger.info({ accounts, differences: differences.length }, 'credits are reconciled');
    if (differences.length === 0) return;
    this.differing.inc(differences.length);
    for (const difference of differences.slice(0, 10)) this.logger.error({ difference }, 'an account differs');
    this.alerts.raise({
      key: 'credits-differ',
      title: 'Credits do not add up',
      text: `${differences.length} accounts differ from their entries: npm run billing:reconcile names them.`,
      severity: 'critical',
    });
  }
}
