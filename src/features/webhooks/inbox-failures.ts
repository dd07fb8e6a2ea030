import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { Alerts } from '../../core/alerts/alerts.js';
import { AppError } from '../../core/errors/app-error.js';
import { inboundConfig, type InboundConfig } from './inbound.config.js';
import type { InboxStatus } from './inbox-event.entity.js';
import { COUNT_FAILURE } from './inbox-statements.js';
import type { ProviderEvent } from './inbox-store.js';

/** After so many nobody tries again by themselves. */
export const MOST_FAILURES = 10;

interface Counted {
  readonly status: InboxStatus;
  readonly failures: number;
}

/** Counts on the row of an event what went wrong with it, after the transaction that did: that one has taken all back. */
@Injectable()
export class InboxFailures {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(inboundConfig.KEY) private readonly config: InboundConfig,
    private readonly alerts: Alerts,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(InboxFailures.name);
  }

  /** @returns whether it was one too many */
  async count({ provider, id, type }: ProviderEvent, err: unknown): Promise<'failed' | 'dead'> {
    const code = err instanceof AppError ? err.code : 'INTERNAL';
    const values = [provider, id, code, MOST_FAILURES, this.config.keptDays];
    const [counted] = await this.dataSource.query<Counted[]>(COUNT_FAILURE, values);
    this.logger.warn({ err, code, provider, type, failures: counted?.failures }, 'an event was not processed');
    if (counted?.status !== 'dead') return 'failed';
    if (counted.failures === MOST_FAILURES) this.giveUp(provider, type, code);
    return 'dead';
  }

  private giveUp(provider: string, type: string, code: string): void {
    this.alerts.raise({
      key: `webhook-inbox.dead.${provider}`,
      title: `An event of ${provider} is given up`,
      text: `${type} failed ${MOST_FAILURES} times, last with ${code}. Mend it, then replay it: GET /v1/admin/webhook-inbox?status=dead`,
      severity: 'critical',
    });
  }
}
