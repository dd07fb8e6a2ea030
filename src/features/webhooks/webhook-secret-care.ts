import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inPages } from '../../core/database/in-pages.js';
import { defineJob } from '../../core/jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../../core/jobs/job-handler.decorator.js';
import type { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { FORGET_PREVIOUS, RESEAL, SECRETS } from './webhook-statements.js';
import { WebhookSecrets } from './webhook-secrets.js';

class Nothing {}

const AT_ONCE = 500;

/** Every night, so that an encryption key that was replaced can be taken away a day later. */
export const careForWebhookSecrets = defineJob('webhooks.care-for-secrets', Nothing, {
  cron: '20 3 * * *',
  timeoutSeconds: 1_800,
});

type Sealed = Pick<WebhookEndpoint, 'id' | 'secret' | 'previousSecret'>;

/** Seals secrets anew that an older key has sealed, and forgets those that sign no more. */
@Injectable()
@JobHandler(careForWebhookSecrets)
export class WebhookSecretCare implements Handles<Nothing> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly secrets: WebhookSecrets,
  ) {}

  async handle(_: Nothing, { signal }: Run): Promise<void> {
    await this.dataSource.query(FORGET_PREVIOUS);
    const failed: unknown[] = [];
    for await (const rows of inPages<Sealed>(this.dataSource, SECRETS, AT_ONCE)) {
      for (const row of rows) await this.reseal(row).catch((thrown: unknown) => failed.push(thrown));
      if (signal.aborted) break;
    }
    // The others are sealed anew all the same: the key before may soon be gone.
    if (failed.length > 0) throw new AggregateError(failed, `${failed.length} secrets could not be sealed anew.`);
  }

  /** Unless it was rotated meanwhile, which sealed it anew. */
  private async reseal({ id, secret, previousSecret }: Sealed): Promise<void> {
    const sealed = this.secrets.sealedAnew(id, secret);
    const previous = previousSecret === null ? null : this.secrets.sealedAnew(id, previousSecret);
    if (sealed === secret && previous === previousSecret) return;
    await this.dataSource.query(RESEAL, [id, secret, sealed, previous]);
  }
}
