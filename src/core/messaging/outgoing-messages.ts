import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource, In, IsNull } from 'typeorm';
import { Keyring } from '../crypto/keyring.js';
import type { Tx } from '../database/transactions.js';
import { Metrics } from '../metrics/metrics.js';
import type { Sink } from '../side-effects/sink.js';
import type { Duration } from '../time/duration.js';
import { OutgoingMessage } from './outgoing-message.entity.js';

/** What every message has, whichever way it goes. */
export interface Message {
  readonly id: string;
  readonly template: string;
}

interface About {
  readonly userId: string | null;
  readonly validFor: Duration;
}

/** Whoever takes messages would say the same again of this one: it is not sent any more, and nothing else is wrong. */
export class MessageRefused extends Error {}

/**
 * What is to be sent, from the transaction that wants it sent until it has left. Jobs carry the id alone: a message is
 * the same each time it is tried, whatever is deployed meanwhile, nobody reads it in the queue, and it can be erased.
 */
@Injectable()
export class OutgoingMessages {
  private readonly settled;

  constructor(
    private readonly dataSource: DataSource,
    private readonly keyring: Keyring,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(OutgoingMessages.name);
    this.settled = metrics.counter('messages_total', 'Messages that were sent, refused, or too late', [
      'sink',
      'template',
      'outcome',
    ]);
  }

  async keep(tx: Tx, message: Message, { userId, validFor }: About): Promise<void> {
    const { id } = message;
    const sealed = this.keyring.seal(JSON.stringify(message), contextOf(id));
    await tx.insert(OutgoingMessage, { id, userId, sealed, expiresAt: validFor.fromNow() });
  }

  /**
   * Sends a message, unless it has left already or was erased, and forgets it.
   * @param send may throw {MessageRefused}; whatever else it throws, the message stays, to be tried again
   */
  async deliver<M extends Message>(sink: Sink, id: string, send: (message: M) => Promise<void>): Promise<void> {
    const found = await this.dataSource.manager.findOneBy(OutgoingMessage, { id });
    if (found === null) return;
    const message = JSON.parse(this.keyring.open(found.sealed, contextOf(id))) as M;
    const outcome = found.expiresAt <= new Date() ? 'late' : await sink.observe(() => this.outcomeOf(send(message)));
    const { template } = message;
    this.settled.inc({ sink: sink.name, template, outcome });
    if (outcome !== 'sent') this.logger.warn({ sink: sink.name, template, messageId: id }, `message ${outcome}`);
    await this.dataSource.manager.delete(OutgoingMessage, { id });
  }

  /** Deletes what would go to an address that belongs to nobody here, or did not when it was written. */
  async forgetAddress(tx: Tx, address: string): Promise<void> {
    const found = await tx.findBy(OutgoingMessage, { userId: IsNull() });
    const theirs = found.filter(({ id, sealed }) => {
      const { to } = JSON.parse(this.keyring.open(sealed, contextOf(id))) as { to?: string };
      return to?.toLowerCase() === address;
    });
    await tx.delete(OutgoingMessage, { id: In(theirs.map(({ id }) => id)) });
  }

  private async outcomeOf(sending: Promise<void>): Promise<'sent' | 'refused'> {
    try {
      await sending;
      return 'sent';
    } catch (thrown) {
      if (thrown instanceof MessageRefused) return 'refused';
      throw thrown;
    }
  }
}

const contextOf = (id: string) => `outgoing_messages.sealed:${id}`;
