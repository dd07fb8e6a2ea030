import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { NotFound } from '../../core/errors/core.errors.js';
import { outlivingRequest } from '../../core/http/request-context.js';
import { Pages } from '../../core/pagination/pages.js';
import { WebhookSources } from '../../core/webhook-sources/webhook-sources.js';
import {
  type InboxEventView,
  type InboxPage,
  type InboxQuery,
  toInboxEventView,
  type WholeInboxEventView,
} from './admin-inbox.dto.js';
import { EventDone } from './inbound.errors.js';
import { InboxEvent } from './inbox-event.entity.js';
import { Inbox } from './inbox.service.js';

/** What providers have sent, for whoever runs the platform. */
@Injectable()
export class AdminInbox {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pages: Pages,
    private readonly sources: WebhookSources,
    private readonly inbox: Inbox,
  ) {}

  async list(request: InboxQuery): Promise<InboxPage> {
    const { status, provider } = request;
    const query = this.dataSource.manager.createQueryBuilder(InboxEvent, 'event');
    if (status !== undefined) query.andWhere({ status });
    // Providers are few: whoever walks along the order meets enough of each.
    if (provider !== undefined) query.andWhere({ provider });
    const { data, page } = await this.pages.read('webhook inbox', { desc: ['id'] }, query, request);
    return { data: data.map(toInboxEventView), page };
  }

  /** @throws {NotFound} */
  async read(id: string): Promise<WholeInboxEventView> {
    const event = await this.find(id);
    return { ...toInboxEventView(event), payload: event.payload };
  }

  /**
   * Processes it now. That it fails again is no failure of the one who asks.
   * @throws {NotFound} also for a provider that nobody hears any more
   * @throws {FeatureDisabled} @throws {EventDone}
   */
  async replay(id: string): Promise<InboxEventView> {
    const { provider, eventId, type, payload } = await this.find(id);
    if (payload === null) throw new EventDone();
    const source = this.sources.require(provider);
    const event = { provider, id: eventId, type, payload };
    const { outcome } = await outlivingRequest(() => this.inbox.replay(source, event));
    if (outcome === 'duplicate') throw new EventDone();
    return toInboxEventView(await this.find(id));
  }

  private async find(id: string): Promise<InboxEvent> {
    const event = await this.dataSource.manager.findOneBy(InboxEvent, { id });
    if (event === null) throw new NotFound('The event');
    return event;
  }
}
