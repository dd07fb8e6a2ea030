import { Injectable } from '@nestjs/common';
import { afterCommit } from '../database/after-commit.js';
import type { Tx } from '../database/transactions.js';
import { currentRequest } from '../http/request-context.js';
import { carrierOfNow } from '../tracing/trace.js';
import type { JobKind } from './define-job.js';
import { JobHandlers } from './job-handlers.js';
import { JobWorkers } from './job-workers.js';
import { inTransaction } from './queue-connections.js';
import { Queues } from './queues.js';
import type { StoredJob } from './stored-job.js';

const MAX_PAYLOAD_BYTES = 65_536;

export interface EnqueueOptions {
  /** Not before */
  readonly startAfter?: Date;
}

/** Work that is done after the commit of whoever asks for it, outside of any request. */
@Injectable()
export class Jobs {
  constructor(
    private readonly queues: Queues,
    private readonly handlers: JobHandlers,
    private readonly workers: JobWorkers,
  ) {}

  /**
   * Asks for work in the transaction that needs it: it is done if and only if that is committed, and at least once.
   * @param payload at most 64 KiB as JSON
   * @returns the id of the job
   */
  async enqueue<P extends object>(
    tx: Tx,
    kind: JobKind<P>,
    payload: NoInfer<P>,
    { startAfter }: EnqueueOptions = {},
  ): Promise<string> {
    this.handlers.demand(kind);
    const stored: StoredJob = { payload, requestId: currentRequest()?.requestId, trace: carrierOfNow() };
    if (Buffer.byteLength(JSON.stringify(stored)) > MAX_PAYLOAD_BYTES) {
      throw new Error(`The payload of a job ${kind.name} is larger than ${MAX_PAYLOAD_BYTES} bytes.`);
    }
    await this.queues.open();
    const id = await this.queues.boss.send(kind.name, stored, { db: inTransaction(tx), startAfter });
    if (id === null) throw new Error(`A job ${kind.name} was not accepted.`);
    afterCommit(tx, () => this.workers.wake(kind));
    return id;
  }
}
