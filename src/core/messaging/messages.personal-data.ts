import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PersonalData } from '../privacy/personal-data.js';
import { OutgoingMessages } from './outgoing-messages.js';

/** What was to be sent to somebody who goes is not sent any more. */
@Injectable()
export class MessagesToPeople implements OnModuleInit {
  constructor(
    private readonly personalData: PersonalData,
    private readonly outgoing: OutgoingMessages,
  ) {}

  onModuleInit(): void {
    this.personalData.declare({
      table: 'outgoing_messages',
      tells: ['id', 'user_id', 'created_at', 'expires_at'],
      withholds: { sealed: 'it is on its way to the person, with links that must be nowhere else' },
      endFirst: (tx, { email }) => this.outgoing.forgetAddress(tx, email),
    });
  }
}
