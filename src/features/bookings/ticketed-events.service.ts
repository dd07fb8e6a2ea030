import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { Transactions, type Tx } from '../../core/database/transactions.js';
import { NotFound, ValidationFailed } from '../../core/errors/core.errors.js';
import { Events } from '../../core/events/events.service.js';
import { Idempotency } from '../../core/idempotency/idempotency.service.js';
import { Jobs } from '../../core/jobs/jobs.service.js';
import type { PageQuery } from '../../core/pagination/page.dto.js';
import { Pages } from '../../core/pagination/pages.js';
import { acrossOrganizations, scope } from '../../core/tenancy/scope.js';
import {
  eventCancelledAudited,
  eventChangedAudited,
  eventCreatedAudited,
  eventPublishedAudited,
} from './bookings.audit.js';
import { cancelBookingsOf } from './cancelled-events.job.js';
import { EventMoves } from './event-moves.js';
import { EventCancelled, EventNotDraft, EventStarted } from './event.errors.js';
import { eventCancelled, eventPublished } from './event.events.js';
import type { CreateEvent, EventPage, EventsQuery, EventView, UpdateEvent } from './event.dto.js';
import { toEventSummary, toEventView } from './event.views.js';
import { beginningsIn, wordsOf } from './event-words.js';
import { SeatTypes } from './seat-types.service.js';
import { OF_EVERYBODY, TicketedEvent } from './ticketed-event.entity.js';

const WHAT = 'The event';
const MATCHES = 'event.words @@ CAST(:words AS tsquery)';

/** What takes place, for those who sell seats and everybody who looks for some. */
@Injectable()
export class TicketedEvents {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly idempotency: Idempotency,
    private readonly pages: Pages,
    private readonly seatTypes: SeatTypes,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly moves: EventMoves,
    private readonly audit: Audit,
  ) {}

  /** @throws {ValidationFailed} for what starts in the past, and seats that are not as many as their labels */
  create(actor: Actor, request: CreateEvent, key: string): Promise<EventView> {
    const { seatTypes, startsAt, ...about } = request;
    demandFuture(startsAt);
    this.seatTypes.check(seatTypes);
    return this.idempotency.once({ actor, operation: 'events.create', key, request }, async (tx) => {
      const values = { id: uuidv7(), ...about, words: wordsOf(about.title, about.venue), startsAt: new Date(startsAt) };
      const [event] = await scope(tx, actor).of(TicketedEvent).insert(values);
      await this.seatTypes.insert(tx, event, seatTypes);
      await this.audit.record(tx, actor, eventCreatedAudited, { type: 'event', id: event.id });
      return toEventView(event, await this.seatTypes.of(tx, event));
    });
  }

  async list(request: EventsQuery): Promise<EventPage> {
    const query = acrossOrganizations(this.dataSource.manager, OF_EVERYBODY)
      .of(TicketedEvent)
      .select('event')
      .where({ status: 'published' })
      .andWhere('event.startsAt >= coalesce(:from, now())', { from: dateOf(request.from) ?? null });
    if (request.to !== undefined) query.andWhere('event.startsAt < :to', { to: dateOf(request.to) });
    if (request.text !== undefined) query.andWhere(MATCHES, { words: beginningsIn(request.text) });
    const { data, page } = await this.pages.read('events', { asc: ['startsAt', 'id'] }, query, request);
    return { data: data.map(toEventSummary), page };
  }

  async listMine(actor: Actor, request: PageQuery): Promise<EventPage> {
    const mine = scope(this.dataSource.manager, actor).of(TicketedEvent).select('event');
    const { data, page } = await this.pages.read('my events', { desc: ['id'] }, mine, request);
    return { data: data.map(toEventSummary), page };
  }

  /** @throws {NotFound} also for the draft of another organization */
  async get(actor: Actor | undefined, id: string): Promise<EventView> {
    const all = acrossOrganizations(this.dataSource.manager, OF_EVERYBODY).of(TicketedEvent);
    const event = await all.get({ id }, WHAT);
    if (event.publishedAt === null && event.organizationId !== actor?.organizationId) throw new NotFound(WHAT);
    return toEventView(event, await this.seatTypes.of(this.dataSource.manager, event));
  }

  /** @throws {NotFound | EventNotDraft | EventCancelled | EventStarted | ValidationFailed} */
  update(actor: Actor, id: string, request: UpdateEvent): Promise<EventView> {
    const { seatTypes, startsAt, ...about } = request;
    demandFuture(startsAt);
    if (seatTypes) this.seatTypes.check(seatTypes);
    return this.transactions.run(async (tx) => {
      const event = await this.lock(tx, actor, id);
      if (event.status === 'cancelled') throw new EventCancelled();
      if (hasStarted(event)) throw new EventStarted();
      if (seatTypes && event.status !== 'draft') throw new EventNotDraft();
      if (seatTypes) await this.seatTypes.replace(tx, event, seatTypes);
      const values = { ...about, ...(startsAt !== undefined && { startsAt: new Date(startsAt) }) };
      const words = wordsOf(about.title ?? event.title, about.venue ?? event.venue);
      await scope(tx, actor)
        .of(TicketedEvent)
        .update({ id }, { ...values, words });
      await this.audit.record(tx, actor, eventChangedAudited, { type: 'event', id });
      await this.moves.tell(tx, event, values);
      return this.read(tx, actor, id);
    });
  }

  /** Published already, it stays so. @throws {NotFound | EventCancelled | EventStarted} */
  publish(actor: Actor, id: string): Promise<EventView> {
    return this.transactions.run(async (tx) => {
      const event = await this.lock(tx, actor, id);
      if (event.status === 'cancelled') throw new EventCancelled();
      if (event.startsAt.getTime() <= Date.now()) throw new EventStarted();
      if (event.status === 'draft') {
        await scope(tx, actor)
          .of(TicketedEvent)
          .update({ id }, { status: 'published', publishedAt: () => 'now()' });
        await this.audit.record(tx, actor, eventPublishedAudited, { type: 'event', id });
        await this.events.publish(tx, actor, eventPublished, toEventSummary({ ...event, status: 'published' }));
      }
      return this.read(tx, actor, id);
    });
  }

  /** Cancelled already, it stays so. Its bookings follow in a job. @throws {NotFound | EventStarted} */
  cancel(actor: Actor, id: string): Promise<EventView> {
    return this.transactions.run(async (tx) => {
      const event = await this.lock(tx, actor, id);
      // What was left of its bookings, if anything was, is ended now.
      if (event.status === 'cancelled') await this.endBookings(tx, event);
      else {
        if (hasStarted(event)) throw new EventStarted();
        await this.audit.record(tx, actor, eventCancelledAudited, { type: 'event', id });
        await this.end(tx, event);
      }
      return this.read(tx, actor, id);
    });
  }

  /** Ends the sale. */
  async end(tx: Tx, event: TicketedEvent): Promise<void> {
    await scope(tx, event)
      .of(TicketedEvent)
      .update({ id: event.id }, { status: 'cancelled', cancelledAt: () => 'now()' });
    await this.events.publish(tx, event, eventCancelled, toEventSummary({ ...event, status: 'cancelled' }));
    await this.endBookings(tx, event);
  }

  private async endBookings(tx: Tx, { id, organizationId }: TicketedEvent): Promise<void> {
    await this.jobs.enqueue(tx, cancelBookingsOf, { organizationId, eventId: id });
  }

  /** Of two who change it at the same time the second sees what the first has done. */
  private async lock(tx: Tx, actor: Actor, id: string): Promise<TicketedEvent> {
    const lock = { mode: 'pessimistic_write' } as const;
    const event = await scope(tx, actor).of(TicketedEvent).findOne({ where: { id }, lock });
    if (event === null) throw new NotFound(WHAT);
    return event;
  }

  private async read(tx: Tx, actor: Actor, id: string): Promise<EventView> {
    const event = await scope(tx, actor).of(TicketedEvent).get({ id }, WHAT);
    return toEventView(event, await this.seatTypes.of(tx, event));
  }
}

/** Not as it was written: there are offsets that PostgreSQL does not know. */
const dateOf = (instant: string | undefined): Date | undefined =>
  instant === undefined ? undefined : new Date(instant);

/** Nobody goes to it any more. */
const hasStarted = ({ status, startsAt }: TicketedEvent): boolean =>
  status === 'published' && startsAt.getTime() <= Date.now();

function demandFuture(startsAt: string | undefined): void {
  if (startsAt === undefined || Date.parse(startsAt) > Date.now()) return;
  throw new ValidationFailed([{ pointer: '#/startsAt', code: 'future', detail: 'must be in the future' }]);
}
