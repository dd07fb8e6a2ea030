import type { EventSummary, EventView } from './event.dto.js';
import type { SeatTypeView } from './seat-type.dto.js';
import type { TicketedEvent } from './ticketed-event.entity.js';

export function toEventSummary(event: TicketedEvent): EventSummary {
  const { id, organizationId, title, venue, startsAt, timezone, status } = event;
  return { id, organizationId, title, venue, startsAt: startsAt.toISOString(), timezone, status };
}

export function toEventView(event: TicketedEvent, seatTypes: SeatTypeView[]): EventView {
  const { createdAt, publishedAt, cancelledAt } = event;
  return {
    ...toEventSummary(event),
    seatTypes,
    createdAt: createdAt.toISOString(),
    publishedAt: publishedAt?.toISOString() ?? null,
    cancelledAt: cancelledAt?.toISOString() ?? null,
  };
}
