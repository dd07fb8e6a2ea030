import { defineMail } from '../../core/messaging/define-message.js';
import { html } from '../../core/messaging/html.js';
import { inMoney } from '../../core/payments/currency.js';
import type { BookingView } from './booking.dto.js';

/** As people at the venue read their clock: `Saturday 5 December 2026 at 20:00 CET` */
export function atTheVenue({ startsAt, timezone: timeZone }: BookingView['event']): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
    ...{ timeZone, timeZoneName: 'short' },
  });
  return format.format(new Date(startsAt));
}

const seatsOf = ({ seats }: BookingView): string =>
  seats.map(({ name, label }) => (label === null ? name : `${name} ${label}`)).join(', ');

const about = (booking: BookingView) =>
  html`<p>${booking.event.title}<br />${booking.event.venue}<br />${atTheVenue(booking.event)}</p>
    <p>${seatsOf(booking)}</p>
    <p>Booking ${booking.id}</p>`;

export const confirmationMail = defineMail('bookings.confirmed', (booking: BookingView) => ({
  subject: `Booked: ${booking.event.title}`,
  html: html`<p>Your seats are booked.</p>
    ${about(booking)}`,
}));

export const reminderMail = defineMail('bookings.reminder', (booking: BookingView) => ({
  subject: `Soon: ${booking.event.title}`,
  html: html`<p>Do not forget: you have booked.</p>
    ${about(booking)}`,
}));

interface Cancelled {
  readonly booking: BookingView;
  /** In minor units of its currency */
  readonly refund: number;
}

export const cancellationMail = defineMail('bookings.cancelled', ({ booking, refund }: Cancelled) => ({
  subject: `Cancelled: ${booking.event.title}`,
  html: html`<p>${booking.event.status === 'cancelled' ? 'The event is cancelled.' : 'Your booking is cancelled.'}</p>
    <p>${refund === 0 ? '' : `You get back ${inMoney({ amount: refund, currency: booking.currency })}.`}</p>
    ${about(booking)}`,
}));
