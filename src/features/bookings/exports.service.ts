import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import type { Tx } from '../../core/database/transactions.js';
import { Idempotency } from '../../core/idempotency/idempotency.service.js';
import { Meter } from '../../core/metering/meter.js';
import { scope } from '../../core/tenancy/scope.js';
import { days } from '../../core/time/duration.js';
import type { JobAccepted } from '../../core/user-jobs/user-job.dto.js';
import { UserJobs } from '../../core/user-jobs/user-jobs.service.js';
import { bookingsExported } from './bookings.audit.js';
import { bookingsConfig, type BookingsConfig } from './bookings.config.js';
import { ExportLinks } from './export-links.js';
import type { CreateBookingExport, BookingExportView } from './export.dto.js';
import { BookingExport, downloadable } from './export.entity.js';
import { costOf, exportBookings } from './export.job.js';
import { TicketedEvent } from './ticketed-event.entity.js';

/** Longer than any job waits and works: credits that went back by themselves would have paid for nothing. */
const RESERVED_FOR = days(2);

/** What sellers may have of who has booked with them, as a file. */
@Injectable()
export class BookingExports {
  constructor(
    @Inject(bookingsConfig.KEY) private readonly config: BookingsConfig,
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly jobs: UserJobs,
    private readonly meter: Meter,
    private readonly links: ExportLinks,
    private readonly audit: Audit,
  ) {}

  /**
   * Its credits are reserved in the transaction that begins it, and moved in the one that ends it.
   * @throws {NotFound | InsufficientCredits | JobAlreadyRunning | QueueFull}
   */
  begin(actor: Actor, request: CreateBookingExport, key: string): Promise<JobAccepted> {
    return this.idempotency.once({ actor, operation: 'bookings.export', key, request }, async (tx) => {
      const { eventId } = request;
      await scope(tx, actor).of(TicketedEvent).get({ id: eventId }, 'The event');
      await this.audit.record(tx, actor, bookingsExported, { type: 'event', id: eventId });
      const accepted = await this.jobs.begin(tx, actor, exportBookings, { eventId });
      await this.reserve(tx, actor, accepted.jobId);
      return { ...accepted, creditsRemaining: await this.meter.left(tx, actor) };
    });
  }

  /** One that the actor has asked for, with a new link to it. @throws {NotFound} also if it is not whole, or its time is over */
  async get(actor: Actor, id: string): Promise<BookingExportView> {
    const mine = { ...downloadable(), id, userId: actor.userId };
    const found = await scope(this.dataSource.manager, actor).of(BookingExport).get(mine, 'The export');
    const { eventId, rows, createdAt, expiresAt } = found;
    const download = this.links.to(id, found);
    return {
      ...{ id, eventId, rows: rows ?? 0, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() },
      downloadUrl: download.url,
      downloadExpiresAt: download.expiresAt.toISOString(),
    };
  }

  private async reserve(tx: Tx, actor: Actor, jobId: string): Promise<void> {
    const { exportCredits: credits } = this.config;
    if (credits === 0) return;
    const expiresInSeconds = RESERVED_FOR.milliseconds / 1_000;
    await this.meter.reserve(tx, actor, { reference: costOf(jobId), amount: credits, expiresInSeconds });
  }
}
