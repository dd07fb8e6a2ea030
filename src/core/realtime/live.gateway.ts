import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Public } from '../access/access.decorators.js';
import { seconds } from '@nestjs/throttler';
import type { ClientSocket } from './client.js';
import { EventLimit } from './event-limits.js';
import { LiveRoomRequest, type LiveRoomView } from './live.dto.js';
import { LiveRooms } from './live-rooms.js';
import { TooManyRooms } from './realtime.errors.js';
import { LIVE, liveRoom } from './room.js';

const MOST_ROOMS = 20;

/** Lets anybody hear of what is public. */
@WebSocketGateway({ namespace: LIVE })
@Public()
@EventLimit({ limit: 100, ttl: seconds(10) })
export class LiveGateway {
  constructor(private readonly rooms: LiveRooms) {}

  @SubscribeMessage('room:join')
  async join(
    @ConnectedSocket() socket: ClientSocket,
    @MessageBody() { kind, id }: LiveRoomRequest,
  ): Promise<LiveRoomView> {
    const { name } = await this.rooms.find(kind, id);
    // Each socket is in a room of its own beside them.
    if (!socket.rooms.has(name) && socket.rooms.size > MOST_ROOMS) throw new TooManyRooms(MOST_ROOMS);
    await socket.join(name);
    return { room: name };
  }

  @SubscribeMessage('room:leave')
  async leave(
    @ConnectedSocket() socket: ClientSocket,
    @MessageBody() { kind, id }: LiveRoomRequest,
  ): Promise<LiveRoomView> {
    const { name } = liveRoom(kind, id);
    await socket.leave(name);
    return { room: name };
  }
}
