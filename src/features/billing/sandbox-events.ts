import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../../core/database/transactions.js';
import { Jobs } from '../../core/jobs/jobs.service.js';
import { SandboxCheckout, stateOf } from './sandbox-checkout.entity.js';
import { deliverSandboxEvent } from './sandbox-delivery.js';
import { SandboxEvent } from './sandbox-event.entity.js';

/** What merchants of the sandbox are told of, by the names that it gives them. */
export type SandboxEventType = 'payment.succeeded' | 'payment.failed' | 'dispute.created' | 'refund.succeeded';

/** What is sent, beside the headers of its signature. */
export interface SandboxMessage {
  readonly type: SandboxEventType;
  readonly createdAt: string;
  readonly data: {
    readonly reference: string;
    readonly state: string;
    readonly amount: number;
    readonly currency: string;
  };
}

/** What the sandbox has to tell its merchant, which is us. */
@Injectable()
export class SandboxEvents {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
  ) {}

  /** Tells it after the commit, again and again until the merchant has answered 2xx. */
  async tell(tx: Tx, type: SandboxEventType, checkoutId: string): Promise<void> {
    const checkout = await tx.findOneByOrFail(SandboxCheckout, { id: checkoutId });
    const { amount, currency } = checkout;
    const data = { reference: checkoutId, state: stateOf(checkout), amount, currency };
    const message: SandboxMessage = { type, createdAt: new Date().toISOString(), data };
    const id = randomUUID();
    await tx.insert(SandboxEvent, { id, checkoutId, type, body: JSON.stringify(message) });
    await this.jobs.enqueue(tx, deliverSandboxEvent, { id });
  }

  /** The newest ten, newest first, for the page. */
  of(checkoutId: string): Promise<SandboxEvent[]> {
    return this.dataSource.manager.find(SandboxEvent, {
      where: { checkoutId },
      order: { createdAt: 'DESC' },
      take: 10,
    });
  }
}
