import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { defineJob } from '../../core/jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../../core/jobs/job-handler.decorator.js';
import { WebhookSources } from '../../core/webhook-sources/webhook-sources.js';
import { DUE, POSTPONE } from './inbox-statements.js';
import type { ProviderEvent } from './inbox-store.js';
import { Inbox } from './inbox.service.js';

class Nothing {}

const AT_ONCE = 50;
const SOON_MINUTES = 5;
const LATER_MINUTES = 60;

/** Finishes what was stored and never processed, since a provider need not send it again. Of all instances one does it. */
export const sweepInbox = defineJob('webhook-inbox.sweep', Nothing, {
  cron: '* * * * *',
  retries: 0,
  timeoutSeconds: 300,
  concurrency: 1,
});

@Injectable()
@JobHandler(sweepInbox)
export class InboxSweep implements Handles<Nothing> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sources: WebhookSources,
    private readonly inbox: Inbox,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(InboxSweep.name);
  }

  /** Ends: whatever comes of an event, it is due no more. */
  async handle(_: Nothing, { signal }: Pick<Run, 'signal'>): Promise<void> {
    for (;;) {
      const due = await this.dataSource.query<ProviderEvent[]>(DUE, [AT_ONCE]);
      for (const event of due) {
        if (signal.aborted) return;
        await this.tryFinish(event);
      }
      if (due.length < AT_ONCE) return;
    }
  }

  /** What fails in a way that counts for no event keeps no other from its turn. */
  private async tryFinish(event: ProviderEvent): Promise<void> {
    try {
      await this.finish(event);
    } catch (err) {
      this.logger.warn({ err, provider: event.provider, type: event.type }, 'an event was not swept');
      await this.dataSource.query(POSTPONE, [event.provider, event.id, SOON_MINUTES]);
    }
  }

  private async finish(event: ProviderEvent): Promise<void> {
    const { provider, id, type } = event;
    const source = this.sources.find(provider);
    if (source?.enabled) return void (await this.inbox.retry(source, event));
    this.logger.error({ provider, type, alert: true }, 'an event waits for a provider that is not there');
    await this.dataSource.query(POSTPONE, [provider, id, LATER_MINUTES]);
  }
}
