import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { UsersService } from '../../core/identity/users.service.js';
import type { Letter, Template } from '../../core/messaging/define-message.js';
import { Mail } from '../../core/messaging/mail.service.js';
import type { BookingView } from './booking.dto.js';
import { cancellationMail, confirmationMail, reminderMail } from './booking.mails.js';

/** What attendees get in writing. Whose account is gone is written to no more. */
@Injectable()
export class BookingMails {
  constructor(
    private readonly mail: Mail,
    private readonly users: UsersService,
  ) {}

  confirm(tx: Tx, booking: BookingView): Promise<void> {
    return this.write(tx, booking, confirmationMail, booking);
  }

  remind(tx: Tx, booking: BookingView): Promise<void> {
    return this.write(tx, booking, reminderMail, booking);
  }

  /** @param refund what they get back, in minor units */
  cancel(tx: Tx, booking: BookingView, refund: number): Promise<void> {
    return this.write(tx, booking, cancellationMail, { booking, refund });
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
