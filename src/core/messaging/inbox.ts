import { Injectable } from '@nestjs/common';
import type { OutgoingMail } from './outgoing-mail.js';

export interface CaughtMail extends OutgoingMail {
  /** ISO 8601 */
  readonly caughtAt: string;
}

const MOST = 100;

/** The mails that this process would have sent, newest first. Another instance catches its own. */
@Injectable()
export class Inbox {
  private caught: readonly CaughtMail[] = [];

  /** At most 100. */
  get messages(): readonly CaughtMail[] {
    return this.caught;
  }

  catch(mail: OutgoingMail): void {
    this.caught = [{ ...mail, caughtAt: new Date().toISOString() }, ...this.caught].slice(0, MOST);
  }

  find(id: string): CaughtMail | undefined {
    return this.caught.find((mail) => mail.id === id);
  }
}
