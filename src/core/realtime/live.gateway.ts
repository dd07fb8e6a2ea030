import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Public } from '../access/access.decorators.js';
import { seconds } from '@nestjs/throttler';
import type { ClientSocket } from './client.js';
import { EventLimit } from './event-limits.js';
import { LiveRoomRequest, type LiveRoomView } from './live.dto.js';
import { LiveRooms } from './live-rooms.js';
import { LIVE } from './room.js';

/** Lets anybody hear of what is public. */
@WebSocketGateway({ namespace: LIVE })
@Public()
@EventLimit({ limit: 100, ttl: seconds(10) })
export class LiveGateway {
  constructor(private readonly rooms: LiveRooms) {}

  @SubscribeMessage('room:join')
  join(@ConnectedSocket() socket: ClientSocket, @MessageBody() { kind, id }: LiveRoomRequest): Promise<LiveRoomView> {
    return this.rooms.join(socket, kind, id);
  }

  @SubscribeMessage('room:leave')
  leave(@ConnectedSocket() socket: ClientSocket, @MessageBody() { kind, id }: LiveRoomRequest): Promise<LiveRoomView> {
    return this.rooms.leave(socket, kind, id);
  }
}
