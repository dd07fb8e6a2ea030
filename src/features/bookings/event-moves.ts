import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { Jobs } from '../../core/jobs/jobs.service.js';
import { scope } from '../../core/tenancy/scope.js';
import { tellOfMove } from './moved-events.job.js';
import { TicketedEvent } from './ticketed-event.entity.js';

type Whereabouts = Pick<TicketedEvent, 'startsAt' | 'timezone' | 'venue'>;

/** Another time or another place, after people have booked. */
@Injectable()
export class EventMoves {
  constructor(private readonly jobs: Jobs) {}

  /** @param event as it was, and locked. Nobody has booked a draft */
  async tell(tx: Tx, event: TicketedEvent, changes: Partial<Whereabouts>): Promise<void> {
    if (event.status !== 'published' || !isMove(event, changes)) return;
    const { id, organizationId } = event;
    // Not when the transaction began: who books meanwhile has the lock first, and still goes by what was.
    await scope(tx, event)
      .of(TicketedEvent)
      .update({ id }, { movedAt: () => 'clock_timestamp()' });
    await this.jobs.enqueue(tx, tellOfMove, { organizationId, eventId: id });
  }
}

function isMove(event: Whereabouts, { startsAt, timezone, venue }: Partial<Whereabouts>): boolean {
  const isLater = startsAt !== undefined && startsAt.getTime() !== event.startsAt.getTime();
  return isLater || (timezone ?? event.timezone) !== event.timezone || (venue ?? event.venue) !== event.venue;
}
