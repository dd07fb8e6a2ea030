import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { UsersService } from '../../core/identity/users.service.js';
import { AppLinks } from '../../core/messaging/app-links.js';
import type { Letter, Template } from '../../core/messaging/define-message.js';
import { Mail } from '../../core/messaging/mail.service.js';
import { Notifications } from '../../core/notifications/notifications.service.js';
import type { BookingView } from './booking.dto.js';
import { cancellationMail, confirmationMail, moveMail, reminderMail } from './booking.mails.js';
import { namesOf } from './seat-names.js';
import { atTheVenue } from './venue-time.js';

/** What attendees get in writing. Whose account is gone is written to no more. */
@Injectable()
export class BookingMails {
  constructor(
    private readonly mail: Mail,
    private readonly notifications: Notifications,
    private readonly users: UsersService,
    private readonly links: AppLinks,
  ) {}

  confirm(tx: Tx, booking: BookingView): Promise<void> {
    return this.write(tx, booking, confirmationMail, this.withTicket(booking));
  }

  /** The only one that people can do without: it comes as they prefer. */
  async remind(tx: Tx, booking: BookingView): Promise<void> {
    const { userId, event } = booking;
    const text = `${atTheVenue(event)}, ${event.venue}: ${namesOf(booking.seats)}`;
    const news = { kind: 'booking.reminder', title: `Soon: ${event.title}`, text };
    await this.notifications.notify(tx, booking, news, () =>
      this.mail.sendIfEnabled(tx, { userId }, reminderMail, this.withTicket(booking)),
    );
  }

  tellOfMove(tx: Tx, booking: BookingView): Promise<void> {
    return this.write(tx, booking, moveMail, { booking });
  }

  /** @param refund what they get back, in minor units */
  cancel(tx: Tx, booking: BookingView, refund: number): Promise<void> {
    return this.write(tx, booking, cancellationMail, { booking, refund });
  }

  private withTicket(booking: BookingView) {
    return { booking, ticketLink: this.links.to('ticket', booking.id) };
  }

  private async write<T extends object>(
    tx: Tx,
    { userId }: BookingView,
    template: Template<T, Letter>,
    about: NoInfer<T>,
  ): Promise<void> {
    const { erasedAt } = await this.users.get(tx, userId);
    if (erasedAt === null) await this.mail.sendIfEnabled(tx, { userId }, template, about);
  }
}
