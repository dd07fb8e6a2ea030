import { Injectable } from '@nestjs/common';
import type { Tx } from '../../src/core/database/transactions.js';
import { defineMail } from '../../src/core/messaging/define-message.js';
import { html } from '../../src/core/messaging/html.js';
import { Mail } from '../../src/core/messaging/mail.service.js';
import { days, type Duration, inWords } from '../../src/core/time/duration.js';

const parcelWaits = defineMail('example-parcels.waits', (parcel: { shop: string; keptFor: Duration }) => ({
  subject: 'Your parcel waits for you',
  html: html`<p>It is at ${parcel.shop}, for ${inWords(parcel.keptFor)}.</p>`,
}));

@Injectable()
export class ParcelMails {
  constructor(private readonly mail: Mail) {}
  tell = (tx: Tx, userId: string, shop: string) =>
    this.mail.send(tx, { userId }, parcelWaits, { shop, keptFor: days(7) });
}
