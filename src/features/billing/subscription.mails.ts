import { inMoney } from '../../core/payments/currency.js';
import type { Money } from '../../core/payments/payables.js';
import { defineMail } from '../../core/messaging/define-message.js';
import { html } from '../../core/messaging/html.js';
import { type Duration, inWords } from '../../core/time/duration.js';

interface About {
  /** What the plan is called */
  readonly plan: string;
  readonly organization: string;
  readonly paidUntil: Date;
  readonly price: Money;
  /** Where it is paid */
  readonly checkoutUrl: string;
  /** How long the plan goes on after the paid time */
  readonly grace: Duration;
  /** How long the mail is of use */
  readonly validFor: Duration;
}

export const planEnds = defineMail('billing.plan-ends', (about: About) => ({
  subject: `Your ${about.plan} plan is paid until ${onDay(about.paidUntil)}`,
  html: html`<p>The ${about.plan} plan of ${about.organization} is paid until ${onDay(about.paidUntil)}.</p>
    <p><a href="${about.checkoutUrl}">Pay ${inMoney(about.price)} for another month</a></p>
    <p>Nothing is charged by itself. ${afterwards(about.grace)}</p>`,
  validFor: about.validFor,
}));

const onDay = (date: Date): string => date.toISOString().slice(0, 10);

const afterwards = (grace: Duration): string =>
  grace.milliseconds === 0
    ? 'If nobody pays, you are on the free plan from then on.'
    : `If nobody pays, you are on the free plan ${inWords(grace)} later.`;
