import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { DataSource, IsNull } from 'typeorm';
import { defineJob } from '../../core/jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../../core/jobs/job-handler.decorator.js';
import { Outbound } from '../../core/outbound/outbound.js';
import type { UserTargets } from '../../core/outbound/user-targets.js';
import { OwnAddress } from './own-address.js';
import { SandboxEvent } from './sandbox-event.entity.js';
import { SandboxSignatures } from './sandbox-signatures.js';

export class DeliverSandboxEvent {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;
}

/** Tried after a second, then less and less often, for half a day. */
export const deliverSandboxEvent = defineJob('sandbox-event.deliver', DeliverSandboxEvent, {
  retries: 24,
  backoffSeconds: 1,
  timeoutSeconds: 30,
});

/** Sends the events of the sandbox to the webhook of this application, as a provider on the internet would. */
@Injectable()
@JobHandler(deliverSandboxEvent)
export class SandboxDelivery implements Handles<DeliverSandboxEvent> {
  private target?: { readonly origin: string; readonly client: UserTargets };

  constructor(
    private readonly dataSource: DataSource,
    private readonly signatures: SandboxSignatures,
    private readonly outbound: Outbound,
    private readonly own: OwnAddress,
  ) {}

  async handle({ id }: DeliverSandboxEvent, { signal }: Run): Promise<void> {
    const event = await this.dataSource.manager.findOneBy(SandboxEvent, { id, deliveredAt: IsNull() });
    if (event === null) return;
    await this.send(event, signal);
    await this.dataSource.manager.update(SandboxEvent, { id }, { deliveredAt: new Date() });
  }

  /** @throws {UpstreamFailed} if the answer is not 2xx */
  private async send({ id, body }: SandboxEvent, signal: AbortSignal): Promise<void> {
    const { origin, client } = this.merchant();
    const headers = { 'content-type': 'application/json', ...this.signatures.sign(id, body) };
    const answer = await client.request(`${origin}/webhooks/sandbox`, { method: 'POST', headers, body, signal });
    answer.demandOk();
  }

  /** Our own address, the only internal one that may be called: it is known once the port is open. */
  private merchant(): { readonly origin: string; readonly client: UserTargets } {
    const { origin } = this.own;
    this.target ??= { origin, client: this.outbound.userTargets('sandbox', { ownOrigin: origin, timeoutMs: 15_000 }) };
    return this.target;
  }
}
