import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Cursors } from '../../core/pagination/cursors.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { AVAILABILITY, CAPACITY, ROWS_FROM, TAKEN } from './availability-statements.js';
import type { AvailabilityView, OfSeatType, SeatPage, SeatTypeAvailability, SeatView } from './availability.dto.js';
import { labelsFrom, type PlacedRow } from './seat-labels.js';

type Counted = SeatTypeAvailability & { readonly changes: string };

/** Which seats are free at this moment. What has expired is, whether or not anybody has cleaned it up. */
@Injectable()
export class Availability {
  constructor(
    private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {}

  /** @throws {NotFound} also for the draft of another organization */
  async of(actor: Actor | undefined, eventId: string): Promise<AvailabilityView> {
    const counted = await this.dataSource.query<Counted[]>(AVAILABILITY, [eventId, actor?.organizationId ?? null]);
    if (counted.length === 0) throw new NotFound('The event');
    const version = counted.reduce((sum, { changes }) => sum + Number(changes), 0);
    return { version, seatTypes: counted.map(({ id, capacity, available }) => ({ id, capacity, available })) };
  }

  /** In their order, which is that of their rows. General admission has no seats of which there is anything to tell. */
  async seats(actor: Actor | undefined, eventId: string, request: OfSeatType): Promise<SeatPage> {
    const { seatTypeId, limit, cursor, total } = request;
    const [type] = await this.ask<{ capacity: number } & OfTenant>(
      CAPACITY,
      eventId,
      actor?.organizationId ?? null,
      seatTypeId,
    );
    if (type === undefined) throw new NotFound('The event or its seats');
    const scope = `seats ${eventId} ${seatTypeId}`;
    const place = cursor === undefined ? 0 : Number(this.cursors.open(scope, cursor)[0]);
    const rows = await this.ask<PlacedRow>(ROWS_FROM, type.organizationId, eventId, seatTypeId, place, limit + 1);
    const labels = labelsFrom(rows, place, limit + 1);
    const shown = labels.slice(0, limit);
    const nextCursor = labels.length > limit ? this.cursors.seal(scope, [String(place + limit)]) : null;
    const taken = await this.ask<SeatView>(TAKEN, eventId, seatTypeId, shown);
    const statuses = new Map(taken.map(({ label, status }) => [label, status]));
    const data = shown.map((label) => ({ label, status: statuses.get(label) ?? ('free' as const) }));
    return { data, page: { limit, nextCursor, ...(total && { total: rows.length === 0 ? 0 : type.capacity }) } };
  }

  private ask<T>(statement: string, ...values: unknown[]): Promise<T[]> {
    return this.dataSource.query<T[]>(statement, values);
  }
}
