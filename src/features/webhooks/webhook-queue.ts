import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { outgoingWebhooksConfig, type OutgoingWebhooksConfig } from './outgoing-webhooks.config.js';
import type { WebhookDelivery } from './webhook-delivery.entity.js';
import type { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { GIVE_BACK, LOCK_DUE, SET_DUE, TAKE, TAKE_ONE } from './webhook-statements.js';

/** Beyond the time of a call: to begin it, and to write down how it ended. */
const SPARE_SECONDS = 30;

/** A delivery that this process works on, with what is needed to send it. */
export type TakenDelivery = Pick<
  WebhookDelivery,
  'id' | 'organizationId' | 'endpointId' | 'eventId' | 'eventType' | 'attempt' | 'failures'
> &
  Pick<WebhookEndpoint, 'url' | 'secret' | 'previousSecret'> & { readonly body: string };

/** Who delivers what: for a while at a time, so that what a process has taken outlives it. */
@Injectable()
export class WebhookQueue {
  private readonly leaseSeconds: number;

  constructor(
    @Inject(outgoingWebhooksConfig.KEY) { timeoutMs }: OutgoingWebhooksConfig,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {
    this.leaseSeconds = timeoutMs / 1_000 + SPARE_SECONDS;
  }

  /** @param slow whether those of endpoints that take long, or the others */
  take(slow: boolean, most: number): Promise<TakenDelivery[]> {
    return this.transactions.run(async (tx) => {
      const due = await tx.query<{ id: string }[]>(LOCK_DUE, [slow, most]);
      const endpoints = due.map(({ id }) => id);
      if (endpoints.length === 0) return [];
      const taken = await tx.query<TakenDelivery[]>(TAKE, [endpoints, most, this.leaseSeconds]);
      await tx.query(SET_DUE, [endpoints]);
      return taken;
    });
  }

  /** @param tx holds the row of the endpoint. @returns undefined if two are on their way there already */
  async takeOne(tx: Tx, id: string, organizationId: string): Promise<TakenDelivery | undefined> {
    const [taken] = await tx.query<TakenDelivery[]>(TAKE_ONE, [id, organizationId, this.leaseSeconds]);
    return taken;
  }

  async giveBack({ id, organizationId, endpointId, attempt }: TakenDelivery): Promise<void> {
    await this.dataSource.query(GIVE_BACK, [id, organizationId, endpointId, attempt]);
  }
}
