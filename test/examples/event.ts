import { Injectable } from '@nestjs/common';
import type { Tx } from '../../src/core/database/transactions.js';
import { defineEvent } from '../../src/core/events/define-event.js';
import { EventSubscriber, type HearsEvents, type Told } from '../../src/core/events/event-subscriber.decorator.js';
import { Jobs } from '../../src/core/jobs/jobs.service.js';
import { weighParcel } from './job.js';

export class ParcelView {
  id: string;
}
export const parcelPosted = defineEvent('example-parcel.posted', ParcelView, { public: true });

@Injectable()
@EventSubscriber('example-scales', [parcelPosted])
export class Scales implements HearsEvents<ParcelView> {
  constructor(private readonly jobs: Jobs) {}
  hear = async (tx: Tx, { payload }: Told<ParcelView>) =>
    void (await this.jobs.enqueue(tx, weighParcel, { parcelId: payload.id }));
}
