import { stringify } from 'csv-stringify/sync';
import type { BookedSeat, BookingStatus } from './booking.entity.js';
import { namesOf } from './seat-names.js';

/** A booking, as its line tells it. */
export interface ExportedBooking {
  readonly id: string;
  readonly status: BookingStatus;
  /** Of who bought it; null if they never did */
  readonly name: string | null;
  /** Null also if they were erased since */
  readonly email: string | null;
  readonly seats: readonly Pick<BookedSeat, 'name' | 'label'>[];
  /** Whole minor units of the currency, as PostgreSQL writes them */
  readonly totalMinor: string;
  readonly refundedMinor: string;
  readonly currency: string;
  readonly createdAt: Date;
  readonly confirmedAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly checkedInAt: Date | null;
}

const COLUMNS = [
  ...['id', 'status', 'name', 'email', 'seats', 'totalMinor', 'refundedMinor', 'currency'],
  ...['createdAt', 'confirmedAt', 'cancelledAt', 'checkedInAt'],
];

/** Somebody's program may take any of these for the end of a cell, and what comes then for a formula. */
const ENDS_OF_CELLS = /[\p{Cc}\p{Zl}\p{Zp};]+/gu;

/** @returns its lines, and the names of the columns before them if it is the first part of the file */
export function toCsv(bookings: readonly ExportedBooking[], isFirst: boolean): string {
  const rows = bookings.map((booking) => ({ ...booking, seats: namesOf(booking.seats) }));
  return stringify(rows, {
    columns: COLUMNS,
    header: isFirst,
    // Without it Excel would read UTF-8 as something else.
    bom: isFirst,
    // Anybody can be called `=HYPERLINK(…)`.
    escape_formulas: true,
    cast: { string: harmless, date: (moment) => moment.toISOString() },
  });
}

const harmless = (text: string): string => text.replace(ENDS_OF_CELLS, ' ').trim();
