import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Transactions } from '../database/transactions.js';
import { type JobKind } from '../jobs/define-job.js';
import { JobHandlers } from '../jobs/job-handlers.js';
import { scope } from '../tenancy/scope.js';
import type { EventType } from './define-event.js';
import {
  type EventReference,
  eventSubscribers,
  type HearsEvents,
  type Subscription,
} from './event-subscriber.decorator.js';
import { Event } from './event.entity.js';

/** Who hears of what: known when the application starts, and the same until it ends. */
@Injectable()
export class Subscribers implements OnModuleInit {
  private subscriptions: readonly Subscription[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly handlers: JobHandlers,
    private readonly transactions: Transactions,
  ) {}

  onModuleInit(): void {
    const found = [...eventSubscribers.find(this.discovery).values()];
    this.subscriptions = found.map(({ kind }) => kind);
    for (const { kind, provider } of found) {
      this.handlers.register(kind.kind, { handle: (reference) => this.tell(provider, reference) });
    }
  }

  /** The queues of those who hear of this event. */
  of(event: EventType<object>): JobKind<EventReference>[] {
    return this.subscriptions.filter(({ hears }) => hears(event)).map(({ kind }) => kind);
  }

  private async tell(subscriber: HearsEvents<object>, { id, organizationId }: EventReference): Promise<void> {
    await this.transactions.run(async (tx) => {
      const event = await scope(tx, { organizationId }).of(Event).findOne({ where: { id } });
      // Swept with its week, or gone with its organization: nobody is to hear of it any more.
      if (event) await subscriber.hear(tx, event);
    });
  }
}
