import { Module } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  type WsResponse,
} from '@nestjs/websockets';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { seconds } from '@nestjs/throttler';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Namespace } from 'socket.io';
import { v7 as uuidv7 } from 'uuid';
import { CurrentActor, Public, RequiresAdministrator, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import { Transactions } from '../../src/core/database/transactions.js';
import type { ClientSocket } from '../../src/core/realtime/client.js';
import { EventLimit } from '../../src/core/realtime/event-limits.js';
import { LiveRooms } from '../../src/core/realtime/live-rooms.js';
import { EVENTS, LIVE, liveRoom, organizationRoom, userRoom } from '../../src/core/realtime/room.js';
import { Rooms } from '../../src/core/realtime/rooms.js';
import { scope } from '../../src/core/tenancy/scope.js';
import { Note } from './note.entity.js';
import { CANARY } from './routes.controller.js';

export const PUBLIC_NOTE = '01890000-0000-7000-8000-00000000beef';

export class HoldNote {
  @IsString()
  @MaxLength(20)
  text: string;

  @IsInt()
  @Min(1)
  @Max(60)
  minutes: number;
}

/** Commands as a feature would have them: what somebody holds is a note. */
@WebSocketGateway({ namespace: EVENTS })
@RequiresRole('member')
export class NotesGateway {
  @WebSocketServer() readonly server: Namespace;

  constructor(
    private readonly transactions: Transactions,
    private readonly rooms: Rooms,
    liveRooms: LiveRooms,
  ) {
    liveRooms.open('notes', (id) => Promise.resolve(id === PUBLIC_NOTE));
  }

  @SubscribeMessage('note:hold')
  hold(@CurrentActor() actor: Actor, @MessageBody() { text }: HoldNote): Promise<{ id: string }> {
    return this.transactions.run(async (tx) => {
      const id = uuidv7();
      await scope(tx, actor).of(Note).insert({ id, text });
      this.rooms.publish(tx, organizationRoom(actor), 'note.held', { text });
      this.rooms.publish(tx, userRoom(actor.userId), 'note.mine', { text });
      this.rooms.publish(tx, liveRoom('notes', PUBLIC_NOTE), 'notes.changed', { text });
      if (text === 'broken') throw new Error(CANARY);
      return { id };
    });
  }

  @SubscribeMessage('note:look')
  @EventLimit({ limit: 1_000, ttl: seconds(10) })
  look(@MessageBody() { text }: HoldNote): WsResponse<{ text: string }> {
    return { event: 'note.seen', data: { text } };
  }

  @SubscribeMessage('note:wait')
  @EventLimit({ limit: 1_000, ttl: seconds(10) })
  async wait(): Promise<void> {
    await sleep(400);
  }

  @SubscribeMessage('note:hang')
  async hang(): Promise<void> {
    await this.transactions.run((tx) => tx.query('SELECT pg_sleep(60)'));
  }

  @SubscribeMessage('note:forbid')
  @RequiresRole('owner')
  forbid(): { forbidden: true } {
    return { forbidden: true };
  }

  @SubscribeMessage('note:administer')
  @RequiresAdministrator()
  administer(): { administered: true } {
    return { administered: true };
  }
}

/** Says of its events who may send them, but for one. */
@WebSocketGateway({ namespace: 'halls' })
export class HallsGateway {
  @SubscribeMessage('hall:enter')
  enter(): string {
    return 'entered';
  }

  @SubscribeMessage('hall:leave')
  @RequiresRole('viewer')
  leave(@ConnectedSocket() socket: ClientSocket): { user?: string } {
    return { user: socket.data.actor?.userId };
  }
}

/** In the namespace of everybody, one event of everybody's and one that is not. */
@WebSocketGateway({ namespace: LIVE })
export class LiveNotesGateway {
  @SubscribeMessage('notes:count')
  @Public()
  count(): { free: number } {
    return { free: 42 };
  }

  @SubscribeMessage('notes:sell')
  @RequiresRole('viewer')
  sell(): { sold: true } {
    return { sold: true };
  }
}

@Module({ providers: [NotesGateway, HallsGateway, LiveNotesGateway] })
export class NotesGatewayModule {}
