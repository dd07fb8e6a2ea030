import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inPages } from '../../core/database/in-pages.js';
import { Transactions, type Tx } from '../../core/database/transactions.js';
import { bookingOf, type OfBuyer } from './booking-finder.js';
import type { BookingView } from './booking.dto.js';
import { toBookingView } from './booking.views.js';

const AT_ONCE = 100;

/** Does something with many bookings, each by itself: one with which it fails keeps none of the others. */
@Injectable()
export class BookingRounds {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /**
   * @param statement which they are, in the order of their ids: $1 the last one seen, $2 how many at once, then `values`
   * @param work may find that somebody else came first
   * @returns what it failed with
   */
  async each<B extends OfBuyer>(
    statement: string,
    values: readonly unknown[],
    work: (tx: Tx, booking: B) => Promise<void>,
    signal: AbortSignal,
  ): Promise<unknown[]> {
    const failures: unknown[] = [];
    for await (const page of inPages<B>(this.dataSource, statement, AT_ONCE, values)) {
      for (const one of page) {
        signal.throwIfAborted();
        await this.transactions.run((tx) => work(tx, one)).catch((thrown: unknown) => failures.push(thrown));
      }
    }
    return failures;
  }

  /** Writes down that something is done, so that it is once. @returns undefined if somebody else came first, or it is not due */
  async mark(tx: Tx, statement: string, booking: OfBuyer, ...values: unknown[]): Promise<BookingView | undefined> {
    const { id, organizationId } = booking;
    const marked = await tx.query<object[]>(statement, [id, organizationId, ...values]);
    return marked.length === 0 ? undefined : toBookingView(await bookingOf(tx, { id, organizationId }));
  }
}
