import { defineMail } from '../../core/messaging/define-message.js';
import { html } from '../../core/messaging/html.js';
import { inMoney } from '../../core/payments/currency.js';
import { Duration } from '../../core/time/duration.js';
import type { BookingView } from './booking.dto.js';
import { namesOf } from './seat-names.js';
import { atTheVenue } from './venue-time.js';

interface Booked {
  readonly booking: BookingView;
  /** Where its ticket is shown */
  readonly ticketLink: string;
}

interface Cancelled {
  readonly booking: BookingView;
  /** In minor units of its currency */
  readonly refund: number;
}

export const confirmationMail = defineMail('bookings.confirmed', (booked: Booked) => ({
  subject: `Booked: ${booked.booking.event.title}`,
  html: html`<p>Your seats are booked.</p>
    ${about(booked.booking)} ${ticketOf(booked)}`,
}));

export const reminderMail = defineMail('bookings.reminder', (booked: Booked) => ({
  subject: `Soon: ${booked.booking.event.title}`,
  html: html`<p>It begins soon, and you have booked.</p>
    ${about(booked.booking)} ${ticketOf(booked)}
    <p>You can choose in your preferences what you are told by mail.</p>`,
  validFor: untilStartOf(booked.booking),
}));

export const moveMail = defineMail('bookings.moved', ({ booking }: Pick<Booked, 'booking'>) => ({
  subject: `Changed: ${booking.event.title}`,
  html: html`<p>The time or the place of what you have booked has changed. From now on it is:</p>
    ${about(booking)}
    <p>Your seats stay yours, and a ticket that you have already lets you in.</p>`,
  validFor: untilStartOf(booking),
}));

export const cancellationMail = defineMail('bookings.cancelled', ({ booking, refund }: Cancelled) => ({
  subject: `Cancelled: ${booking.event.title}`,
  html: html`<p>
      ${booking.event.status === 'cancelled' ? 'The event is cancelled.' : 'Your booking is cancelled.'}
      ${moneyOf(booking, refund)}
    </p>
    ${about(booking)}`,
}));

const about = (booking: BookingView) => {
  const { title, venue } = booking.event;
  return html`<p>${title}<br />${venue}<br />${atTheVenue(booking.event)}</p>
    <p>${namesOf(booking.seats)}<br />Booking ${booking.id}</p>`;
};

const ticketOf = ({ booking, ticketLink }: Booked) =>
  html`<p>
    <a href="${ticketLink}">Your ticket</a>${booking.seats.length === 1 ? '' : ', one for all of them'}: show it at the
    entrance.
  </p>`;

/** Nobody who has not paid misses any money. */
function moneyOf({ confirmedAt, totalMinor, currency }: BookingView, refund: number): string {
  if (refund > 0) return `You get back ${inMoney({ amount: refund, currency })}.`;
  return confirmedAt !== null && totalMinor > 0 ? 'It was too late to get money back.' : '';
}

/** Afterwards it is of no use to anybody. */
const untilStartOf = ({ event }: BookingView): Duration =>
  new Duration(Math.max(1, Date.parse(event.startsAt) - Date.now()));
