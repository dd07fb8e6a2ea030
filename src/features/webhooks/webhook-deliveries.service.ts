import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { afterCommit } from '../../core/database/after-commit.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { outlivingRequest } from '../../core/http/request-context.js';
import type { PageQuery } from '../../core/pagination/page.dto.js';
import { Pages } from '../../core/pagination/pages.js';
import { scope } from '../../core/tenancy/scope.js';
import type { WebhookAttempt } from './webhook-attempt.entity.js';
import { WebhookAttempts } from './webhook-attempts.js';
import { WEBHOOK_TEST, webhookBody } from './webhook-body.js';
import {
  MOST_ATTEMPTS,
  toWebhookDeliveryView,
  type WebhookDeliveryPage,
  type WebhookDeliveryView,
} from './webhook-delivery.dto.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { webhookReplayed } from './webhook-endpoint.audit.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { WebhookEndpointOff, WebhookNotSent } from './webhook-endpoint.errors.js';
import { type TakenDelivery, WebhookQueue } from './webhook-queue.js';
import { ATTEMPTS, REPLAY } from './webhook-statements.js';
import { WebhookWorkers } from './webhook-workers.js';

/** What was sent to endpoints, what waits, and what came of it. */
@Injectable()
export class WebhookDeliveries {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly pages: Pages,
    private readonly queue: WebhookQueue,
    private readonly attempts: WebhookAttempts,
    private readonly workers: WebhookWorkers,
    private readonly audit: Audit,
  ) {}

  /** Newest first, for thirty days. @throws {NotFound} */
  async list(actor: Actor, endpointId: string, request: PageQuery): Promise<WebhookDeliveryPage> {
    const rows = scope(this.dataSource.manager, actor);
    await rows.of(WebhookEndpoint).get({ id: endpointId }, 'The endpoint');
    const query = rows
      .of(WebhookDelivery)
      .select('delivery')
      .where('delivery.endpointId = :endpointId', { endpointId });
    const filter = { ...request, endpointId };
    const { data, page } = await this.pages.read('webhook-deliveries', { desc: ['createdAt', 'id'] }, query, filter);
    return { data: await this.views(this.dataSource.manager, actor, data), page };
  }

  /**
   * Sends it again, with all its attempts, under the same id. What is on its way already goes on, so asking twice does no
   * more than asking once.
   * @throws {NotFound | WebhookEndpointOff | WebhookNotSent}
   */
  replay(actor: Actor, id: string): Promise<WebhookDeliveryView> {
    return this.transactions.run(async (tx) => {
      const { endpointId, body } = await scope(tx, actor).of(WebhookDelivery).get({ id }, 'The delivery');
      if (body === null) throw new WebhookNotSent();
      const { status } = await scope(tx, actor).of(WebhookEndpoint).get({ id: endpointId }, 'The endpoint');
      if (status === 'disabled') throw new WebhookEndpointOff();
      await tx.query(REPLAY, [id, actor.organizationId, endpointId]);
      await this.audit.record(tx, actor, webhookReplayed, { type: 'webhook-delivery', id });
      afterCommit(tx, () => this.workers.wake());
      return this.view(tx, actor, id);
    });
  }

  /** Sends something to see whether it arrives, once, also to an endpoint that is disabled. @throws {NotFound} */
  async test(actor: Actor, endpointId: string): Promise<WebhookDeliveryView> {
    const id = uuidv7();
    await outlivingRequest(async () => {
      const taken = await this.transactions.run((tx) => this.prepare(tx, actor, endpointId, id));
      // Else two are on their way there, and it waits for its turn.
      if (taken !== undefined) await this.attempts.make(taken);
    });
    return this.view(this.dataSource.manager, actor, id);
  }

  private async prepare(tx: Tx, actor: Actor, endpointId: string, id: string): Promise<TakenDelivery | undefined> {
    // Whoever changes what is due holds the endpoint.
    const held = { dueAt: () => 'least(due_at, greatest(now(), paused_until))' };
    await scope(tx, actor).of(WebhookEndpoint).update({ id: endpointId }, held);
    await scope(tx, actor).of(WebhookEndpoint).get({ id: endpointId }, 'The endpoint');
    const now = new Date();
    const body = webhookBody({ name: WEBHOOK_TEST, createdAt: now, payload: { endpointId } }) ?? null;
    const what = { id, endpointId, eventId: uuidv7(), eventType: WEBHOOK_TEST, body, nextAttemptAt: () => 'now()' };
    await scope(tx, actor).of(WebhookDelivery).insert(what);
    return this.queue.takeOne(tx, id, actor.organizationId);
  }

  private async view(tx: Tx, actor: Actor, id: string): Promise<WebhookDeliveryView> {
    const delivery = await scope(tx, actor).of(WebhookDelivery).get({ id }, 'The delivery');
    return toWebhookDeliveryView(delivery, await this.attemptsOf(tx, actor, [id]));
  }

  private async views(tx: Tx, actor: Actor, deliveries: readonly WebhookDelivery[]): Promise<WebhookDeliveryView[]> {
    const ids = deliveries.map(({ id }) => id);
    const byDelivery = Map.groupBy(await this.attemptsOf(tx, actor, ids), ({ deliveryId }) => deliveryId);
    return deliveries.map((delivery) => toWebhookDeliveryView(delivery, byDelivery.get(delivery.id) ?? []));
  }

  private attemptsOf(tx: Tx, { organizationId }: Actor, ids: readonly string[]): Promise<WebhookAttempt[]> {
    return tx.query<WebhookAttempt[]>(ATTEMPTS, [organizationId, ids, MOST_ATTEMPTS]);
  }
}
