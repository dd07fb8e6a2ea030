import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { UsersService } from '../../core/identity/users.service.js';
import type { Template } from '../../core/messaging/define-message.js';
import { Mail } from '../../core/messaging/mail.service.js';
import type { Letter } from '../../core/messaging/define-message.js';
import { receiptMail, refundMail } from './payment.mails.js';
import type { ShownPayment } from './payment.views.js';

/** What buyers get in writing. Money also moves of people whose account is gone: they are written to no more. */
@Injectable()
export class PaymentMails {
  constructor(
    private readonly mail: Mail,
    private readonly users: UsersService,
  ) {}

  receipt(tx: Tx, payment: ShownPayment): Promise<void> {
    const { id, description, paidAt } = payment;
    return this.write(tx, payment, receiptMail, { id, description, money: payment, paidAt: paidAt ?? new Date() });
  }

  /** @param amount of this refund */
  refund(tx: Tx, { id, description, currency, userId }: ShownPayment, amount: number): Promise<void> {
    return this.write(tx, { userId }, refundMail, { id, description, money: { amount, currency } });
  }

  private async write<T extends object>(
    tx: Tx,
    { userId }: { readonly userId: string },
    template: Template<T, Letter>,
    about: NoInfer<T>,
  ): Promise<void> {
    const { erasedAt } = await this.users.get(tx, userId);
    if (erasedAt === null) await this.mail.sendIfEnabled(tx, { userId }, template, about);
  }
}
