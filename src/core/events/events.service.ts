import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../database/transactions.js';
import { scope } from '../tenancy/scope.js';
import type { OfTenant } from '../tenancy/tenant-entity.js';
import type { EventType } from './define-event.js';
import { Event } from './event.entity.js';

/** Facts, told in the transaction that makes them true. */
@Injectable()
export class Events {
  /**
   * Writes down what happened, so that the event exists if and only if the change does. It is kept for seven days.
   * @param tenant whose fact it is: the actor, or a row of the organization
   * @param payload at most 64 KiB as JSON
   */
  async publish<T extends object>(
    tx: Tx,
    tenant: Readonly<OfTenant>,
    event: EventType<T>,
    payload: NoInfer<T>,
  ): Promise<void> {
    await scope(tx, tenant).of(Event).insert({ id: uuidv7(), name: event.name, payload });
  }
}
