import { Injectable } from '@nestjs/common';
import type { Server } from 'socket.io';
import { afterCommit } from '../database/after-commit.js';
import type { Tx } from '../database/transactions.js';
import { Signals } from '../signals/signals.js';
import type { Room } from './room.js';

const CHANNEL = 'rooms';
const MOST_BYTES = 65_536;

type Message = readonly [namespace: string, room: string, event: string, payload: object];

/** Tells sockets on all instances what has become true. */
@Injectable()
export class Rooms {
  constructor(private readonly signals: Signals) {}

  /**
   * Sends an event to every socket in a room once `tx` is committed, and never if it is not. Whoever is not there misses
   * it: it may only tell sooner what can be read as well.
   * @param payload at most 64 KiB as JSON
   */
  publish(tx: Tx, { namespace, name }: Room, event: string, payload: object): void {
    const message = JSON.stringify([namespace, name, event, payload] satisfies Message);
    if (Buffer.byteLength(message) > MOST_BYTES) throw new RangeError(`${event} is larger than 64 KiB.`);
    afterCommit(tx, () => this.signals.send(CHANNEL, message));
  }

  /** Each instance tells its own sockets. */
  deliverTo(server: Server): void {
    this.signals.on(CHANNEL, (text) => {
      const [namespace, room, event, payload] = JSON.parse(text) as Message;
      server.of(namespace).local.to(room).emit(event, payload);
    });
  }
}
