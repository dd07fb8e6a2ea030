import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../database/transactions.js';
import { Jobs } from '../jobs/jobs.service.js';
import { scope } from '../tenancy/scope.js';
import type { OfTenant } from '../tenancy/tenant-entity.js';
import type { EventType } from './define-event.js';
import { Event } from './event.entity.js';
import { Subscribers } from './subscribers.js';

/** Facts, told in the transaction that makes them true. */
@Injectable()
export class Events {
  constructor(
    private readonly jobs: Jobs,
    private readonly subscribers: Subscribers,
  ) {}

  /**
   * Writes down what happened, so that the event exists if and only if the change does, and each subscriber hears of it
   * after the commit, at least once. It is kept for seven days.
   * @param tenant whose fact it is: the actor, or a row of the organization
   * @param payload at most 64 KiB as JSON
   */
  async publish<T extends object>(
    tx: Tx,
    tenant: Readonly<OfTenant>,
    event: EventType<T>,
    payload: NoInfer<T>,
  ): Promise<void> {
    const id = uuidv7();
    await scope(tx, tenant).of(Event).insert({ id, name: event.name, payload });
    for (const queue of this.subscribers.of(event)) {
      await this.jobs.enqueue(tx, queue, { id, organizationId: tenant.organizationId });
    }
  }
}
