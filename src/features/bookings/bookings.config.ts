import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../../core/config/define-config.js';
import { integer } from '../../core/config/rules.js';
import { env } from '../../core/config/variable.js';

export const bookingsConfig = defineConfig('bookings', {
  holdMinutes: env(
    'BOOKINGS_HOLD_MINUTES',
    integer(1, 60).default(10),
    'How long seats stay held before they are booked',
  ),
  paymentMinutes: env(
    'BOOKINGS_PAYMENT_MINUTES',
    integer(5, 1_440).default(15),
    'How long the seats of a booking are kept for its buyer to pay',
  ),
  mostHeld: env(
    'BOOKINGS_MOST_SEATS_HELD',
    integer(1, 10_000).default(50),
    'Seats of one event that one buyer may hold or be about to pay for at the same time',
  ),
  refundUntilHours: env(
    'BOOKINGS_REFUND_UNTIL_HOURS',
    integer(0, 8_760).default(24),
    'Hours before the start until which buyers who cancel get all of their money back',
  ),
  lateRefundPercent: env(
    'BOOKINGS_LATE_REFUND_PERCENT',
    integer(0, 100).default(0),
    'How much of it they get back after that, until the start, in percent',
  ),
  reminderHours: env(
    'BOOKINGS_REMINDER_HOURS',
    integer(0, 720).default(24),
    'Hours before the start at which attendees are reminded; 0 for never',
  ),
  exportCredits: env(
    'BOOKINGS_EXPORT_CREDITS',
    integer(0, 1_000_000).default(1),
    'What an export of the bookings of an event costs, in credits; 0 is free',
  ),
});

export type BookingsConfig = ConfigType<typeof bookingsConfig>;
