import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { afterCommit } from '../../core/database/after-commit.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { publicEvents } from '../../core/events/define-event.js';
import type { PageQuery } from '../../core/pagination/page.dto.js';
import { Pages } from '../../core/pagination/pages.js';
import type { Values } from '../../core/tenancy/own-rows.js';
import { scope } from '../../core/tenancy/scope.js';
import { hours } from '../../core/time/duration.js';
import { outgoingWebhooksConfig, type OutgoingWebhooksConfig } from './outgoing-webhooks.config.js';
import { WebhookCalls } from './webhook-calls.js';
import {
  webhookEndpointChanged,
  webhookEndpointCreated,
  webhookEndpointDeleted,
  webhookSecretRotated,
} from './webhook-endpoint.audit.js';
import {
  type CreateWebhookEndpoint,
  type NewWebhookSecret,
  toWebhookEndpointView,
  type UpdateWebhookEndpoint,
  type WebhookEndpointPage,
  type WebhookEndpointView,
} from './webhook-endpoint.dto.js';
import { type EndpointStatus, WebhookEndpoint } from './webhook-endpoint.entity.js';
import { TooManyWebhookEndpoints, UnknownEventType } from './webhook-endpoint.errors.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookWorkers } from './webhook-workers.js';

const ALL = '*';

/** Where an organization hears of its events. */
@Injectable()
export class WebhookEndpoints {
  constructor(
    @Inject(outgoingWebhooksConfig.KEY) private readonly config: OutgoingWebhooksConfig,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly pages: Pages,
    private readonly calls: WebhookCalls,
    private readonly secrets: WebhookSecrets,
    private readonly workers: WebhookWorkers,
    private readonly audit: Audit,
  ) {}

  async list(actor: Actor, request: PageQuery): Promise<WebhookEndpointPage> {
    const query = scope(this.dataSource.manager, actor).of(WebhookEndpoint).select('endpoint');
    const { data, page } = await this.pages.read('webhook-endpoints', { desc: ['id'] }, query, request);
    return { data: data.map(toWebhookEndpointView), page };
  }

  /** @throws {NotFound} */
  async get(actor: Actor, id: string): Promise<WebhookEndpointView> {
    return this.view(this.dataSource.manager, actor, id);
  }

  /** @throws {TargetNotAllowed | UnknownEventType | TooManyWebhookEndpoints} */
  create(actor: Actor, { url, description, eventTypes }: CreateWebhookEndpoint): Promise<NewWebhookSecret> {
    this.calls.demand(url);
    demandKnown(eventTypes);
    const id = uuidv7();
    const { secret, sealed } = this.secrets.make(id);
    return this.transactions.run(async (tx) => {
      await this.demandRoom(tx, actor);
      const [endpoint] = await scope(tx, actor)
        .of(WebhookEndpoint)
        .insert({ id, url, description, eventTypes, secret: sealed });
      await this.audit.record(tx, actor, webhookEndpointCreated, targetOf(id));
      return { ...toWebhookEndpointView(endpoint), secret };
    });
  }

  /** @throws {NotFound | TargetNotAllowed | UnknownEventType} */
  update(actor: Actor, id: string, { status, ...request }: UpdateWebhookEndpoint): Promise<WebhookEndpointView> {
    if (request.url !== undefined) this.calls.demand(request.url);
    demandKnown(request.eventTypes ?? []);
    return this.transactions.run(async (tx) => {
      await this.change(tx, actor, id, { ...request, updatedAt: () => 'now()' });
      if (status !== undefined) await this.switch(tx, actor, id, status);
      await this.audit.record(tx, actor, webhookEndpointChanged, targetOf(id));
      return this.view(tx, actor, id);
    });
  }

  /** With all that was delivered there, or waits. @throws {NotFound} */
  async delete(actor: Actor, id: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      if ((await scope(tx, actor).of(WebhookEndpoint).delete({ id })) === 0) throw new NotFound('The endpoint');
      await this.audit.record(tx, actor, webhookEndpointDeleted, targetOf(id));
    });
  }

  /** Of several that rotate at the same time each gets a secret, and the last two of them sign. @throws {NotFound} */
  rotate(actor: Actor, id: string, overlapHours: number): Promise<NewWebhookSecret> {
    const { secret, sealed } = this.secrets.make(id);
    const previous =
      overlapHours === 0
        ? { previousSecret: null, previousSecretUntil: null }
        : { previousSecret: () => 'secret', previousSecretUntil: hours(overlapHours).fromNow() };
    return this.transactions.run(async (tx) => {
      await this.change(tx, actor, id, { ...previous, secret: sealed, updatedAt: () => 'now()' });
      await this.audit.record(tx, actor, webhookSecretRotated, targetOf(id));
      return { ...(await this.view(tx, actor, id)), secret };
    });
  }

  private async view(tx: Tx, actor: Actor, id: string): Promise<WebhookEndpointView> {
    return toWebhookEndpointView(await scope(tx, actor).of(WebhookEndpoint).get({ id }, 'The endpoint'));
  }

  private async change(tx: Tx, actor: Actor, id: string, values: Values<WebhookEndpoint>): Promise<void> {
    const changed = await scope(tx, actor).of(WebhookEndpoint).update({ id }, values);
    if (changed === 0) throw new NotFound('The endpoint');
  }

  /** What it was before is nobody's business: enabled again it begins anew, and what waits is due. */
  private async switch(tx: Tx, actor: Actor, id: string, status: EndpointStatus): Promise<void> {
    const other = status === 'enabled' ? ('disabled' as const) : ('enabled' as const);
    const values = status === 'enabled' ? BEGIN_ANEW : ({ disabledReason: 'manual' } as const);
    await scope(tx, actor)
      .of(WebhookEndpoint)
      .update({ id, status: other }, { status, ...values });
    afterCommit(tx, () => this.workers.wake());
  }

  /** Who makes several at once makes them one after the other. */
  private async demandRoom(tx: Tx, actor: Actor): Promise<void> {
    await tx.query('SELECT FROM organizations WHERE id = $1 FOR NO KEY UPDATE', [actor.organizationId]);
    const most = this.config.endpointsPerOrganization;
    const count = await scope(tx, actor).of(WebhookEndpoint).select('endpoint').getCount();
    if (count >= most) throw new TooManyWebhookEndpoints(most);
  }
}

const BEGIN_ANEW = {
  disabledReason: null,
  consecutiveFailures: 0,
  failingSince: null,
  pausedUntil: null,
  dueAt: () => 'now()',
};

const targetOf = (id: string) => ({ type: 'webhook-endpoint', id });

/** @throws {UnknownEventType} */
function demandKnown(eventTypes: readonly string[]): void {
  const known = new Set([ALL, ...publicEvents().map(({ name }) => name)]);
  const unknown = eventTypes.filter((one) => !known.has(one));
  if (unknown.length > 0) throw new UnknownEventType(unknown);
}
