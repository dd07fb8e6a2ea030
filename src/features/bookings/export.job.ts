import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { Conflict } from '../../core/errors/core.errors.js';
import { Meter } from '../../core/metering/meter.js';
import { scope } from '../../core/tenancy/scope.js';
import { days } from '../../core/time/duration.js';
import { NIL } from 'uuid';
import { defineUserJob } from '../../core/user-jobs/define-user-job.js';
import {
  type HandlesUserJob,
  UserJobHandler,
  type UserJobRun,
} from '../../core/user-jobs/user-job-handler.decorator.js';
import type { UserJob } from '../../core/user-jobs/user-job.entity.js';
import { type ExportedBooking, toCsv } from './export-csv.js';
import { BookingExportPart } from './export-part.entity.js';
import { COUNT, PAGE } from './export-statements.js';
import { BookingExport } from './export.entity.js';

class ExportedEvent {
  eventId: string;
}

class ExportReady {
  /** How many bookings it has */
  rows: number;
  /** Where links to it can be had */
  exportUrl: string;
  expiresAt: string;
}

interface Part {
  /** From 0 */
  readonly number: number;
  readonly eventId: string;
  /** The last booking of the part before */
  readonly after: string;
  readonly expiresAt: Date;
}

export const exportBookings = defineUserJob('bookings.export', ExportedEvent, ExportReady, {
  backoffSeconds: 1,
  timeoutSeconds: 1_800,
});

const AT_ONCE = 500;
const KEPT_FOR = days(1);

/** What the meter knows the credits of an export by. */
export const costOf = (jobId: string): string => `booking-export:${jobId}`;

/** Writes the bookings of an event into a file, a part at a time, so that an event of a million takes no more memory. */
@Injectable()
@UserJobHandler(exportBookings)
export class Exporting implements HandlesUserJob<ExportedEvent, ExportReady> {
  constructor(private readonly meter: Meter) {}

  async handle({ eventId }: ExportedEvent, run: UserJobRun): Promise<ExportReady> {
    const expiresAt = KEPT_FOR.fromNow();
    const total = await run.transaction((tx) => this.begin(tx, run, eventId, expiresAt));
    let rows = 0;
    let after: string | undefined = NIL;
    for (let number = 0; after !== undefined; number++) {
      const part: Part = { number, eventId, after, expiresAt };
      const written = await run.transaction((tx) => this.write(tx, run, part));
      rows += written.length;
      after = written.length === AT_ONCE ? written.at(-1)?.id : undefined;
      await run.progress((100 * rows) / Math.max(total, rows, 1));
    }
    return { rows, exportUrl: `/v1/bookings/exports/${run.jobId}`, expiresAt: expiresAt.toISOString() };
  }

  /** The file can be had once it is paid for, and is gone if it will not be. */
  async settle(tx: Tx, job: UserJob): Promise<void> {
    const [exports, { id }] = [scope(tx, job).of(BookingExport), job];
    if (job.status !== 'succeeded') {
      await this.meter.release(tx, job, costOf(id));
      return void (await exports.delete({ id }));
    }
    const whole = await exports.update({ id }, { rows: (job.result as ExportReady).rows });
    // Somebody whom it names was erased, and it with them: the next attempt makes one without their name.
    if (whole === 0) throw new Conflict();
    await this.meter.capture(tx, job, costOf(id));
  }

  /** From the start, whatever an earlier attempt has left. @returns how many there are, about */
  private async begin(tx: Tx, run: UserJobRun, eventId: string, expiresAt: Date): Promise<number> {
    const exports = scope(tx, run).of(BookingExport);
    await exports.delete({ id: run.jobId });
    await exports.insert({ id: run.jobId, userId: run.userId, eventId, expiresAt });
    const [{ count }] = await tx.query<[{ count: number }]>(COUNT, [run.organizationId, eventId]);
    return count;
  }

  private async write(tx: Tx, run: UserJobRun, part: Part): Promise<ExportedBooking[]> {
    const { number, eventId, after, expiresAt } = part;
    const bookings = await tx.query<ExportedBooking[]>(PAGE, [run.organizationId, eventId, after, AT_ONCE]);
    const content = toCsv(bookings, number === 0);
    await scope(tx, run).of(BookingExportPart).insert({ exportId: run.jobId, number, content, expiresAt });
    return bookings;
  }
}
