import { defineMail } from '../../core/messaging/define-message.js';
import { html } from '../../core/messaging/html.js';
import { inMoney } from '../../core/payments/currency.js';
import type { Money } from '../../core/payments/payables.js';

interface Receipt {
  readonly id: string;
  readonly description: string;
  readonly money: Money;
  readonly paidAt: Date;
}

interface Return {
  readonly id: string;
  readonly description: string;
  readonly money: Money;
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

export const receiptMail = defineMail('billing.receipt', ({ id, description, money, paidAt }: Receipt) => ({
  subject: `Receipt: ${inMoney(money)}`,
  html: html`<p>Thank you. We have received ${inMoney(money)} on ${day(paidAt)} for:</p>
    <p>${description}</p>
    <p>Payment ${id}</p>`,
}));

export const refundMail = defineMail('billing.refund', ({ id, description, money }: Return) => ({
  subject: `Refund: ${inMoney(money)}`,
  html: html`<p>We have given back ${inMoney(money)} of what you paid for:</p>
    <p>${description}</p>
    <p>It is with you as soon as your bank books it. Payment ${id}</p>`,
}));
