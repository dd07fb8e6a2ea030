import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { renderSVG } from 'uqr';
import type { Actor } from '../../core/access/actor.js';
import { ownBooking } from './booking-finder.js';
import { toBookingView } from './booking.views.js';
import { TicketCodes } from './ticket-codes.js';
import type { TicketView } from './ticket.dto.js';
import { BookingNotConfirmed } from './ticket.errors.js';

/** `M` is read with a seventh of it covered, and a border of four modules is what the standard wants. */
const QR = { ecc: 'M', border: 4, pixelSize: 1 } as const;

/** What lets people in. It is made anew each time, and nothing of it is stored. */
@Injectable()
export class Tickets {
  constructor(
    private readonly dataSource: DataSource,
    private readonly codes: TicketCodes,
  ) {}

  /** For its buyer only. @throws {NotFound | BookingNotConfirmed} */
  async of(actor: Actor, id: string): Promise<TicketView> {
    const booking = await ownBooking(this.dataSource.manager, actor, id);
    if (booking.status !== 'confirmed') throw new BookingNotConfirmed(booking.status);
    const { event, seats } = toBookingView(booking);
    const code = this.codes.issue(id);
    return { bookingId: id, code, svg: renderSVG(code, QR), event, seats };
  }
}
