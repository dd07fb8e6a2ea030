import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Keyring } from '../crypto/keyring.js';
import type { Tx } from '../database/transactions.js';
import { days, type Duration } from '../time/duration.js';
import { OutgoingMessage } from './outgoing-message.entity.js';

const VALID_FOR = days(3);

interface About {
  readonly userId: string | null;
  readonly validFor?: Duration;
}

/**
 * What is to be sent, from the transaction that wants it sent until it has left. Jobs carry the id alone: a message is
 * the same each time it is tried, whatever is deployed meanwhile, nobody reads it in the queue, and it can be erased.
 */
@Injectable()
export class OutgoingMessages {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keyring: Keyring,
  ) {}

  async keep(tx: Tx, message: { readonly id: string }, { userId, validFor = VALID_FOR }: About): Promise<void> {
    const { id } = message;
    const sealed = this.keyring.seal(JSON.stringify(message), contextOf(id));
    await tx.insert(OutgoingMessage, { id, userId, sealed, expiresAt: validFor.fromNow() });
  }

  /** @returns undefined if it has left already, was erased, or is of no use any more */
  async open<T extends { readonly id: string }>(id: string): Promise<T | undefined> {
    const found = await this.dataSource.manager.findOneBy(OutgoingMessage, { id });
    if (found === null || found.expiresAt <= new Date()) return undefined;
    return JSON.parse(this.keyring.open(found.sealed, contextOf(id))) as T;
  }

  async forget(id: string): Promise<void> {
    await this.dataSource.manager.delete(OutgoingMessage, { id });
  }
}

const contextOf = (id: string) => `outgoing_messages.sealed:${id}`;
