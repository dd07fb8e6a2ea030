import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { seconds } from '@nestjs/throttler';
import type { Namespace } from 'socket.io';
import { Public } from '../../core/access/access.decorators.js';
import type { ClientSocket } from '../../core/realtime/client.js';
import { EventLimit } from '../../core/realtime/event-limits.js';
import { LiveRooms } from '../../core/realtime/live-rooms.js';
import type { LiveRoomView } from '../../core/realtime/live.dto.js';
import { LIVE } from '../../core/realtime/room.js';
import { type AvailabilityView, WatchedEvent } from './availability.dto.js';
import { Availability } from './availability.service.js';
import { LiveSeats, ROOM } from './live-seats.js';

/** Lets anybody watch how the seats of a published event sell. */
@WebSocketGateway({ namespace: LIVE })
@Public()
@EventLimit({ limit: 100, ttl: seconds(10) })
export class LiveSeatsGateway implements OnGatewayInit<Namespace> {
  constructor(
    private readonly rooms: LiveRooms,
    private readonly availability: Availability,
    private readonly live: LiveSeats,
  ) {}

  afterInit(namespace: Namespace): void {
    this.live.deliverTo(namespace);
  }

  /** Answers how it stands. From then on the socket gets `event:seats-update`, of which a lower version is older than this. */
  @SubscribeMessage('subscribe')
  async subscribe(
    @ConnectedSocket() socket: ClientSocket,
    @MessageBody() { eventId }: WatchedEvent,
  ): Promise<AvailabilityView> {
    await this.rooms.join(socket, ROOM, eventId);
    return this.availability.of(undefined, eventId);
  }

  @SubscribeMessage('unsubscribe')
  unsubscribe(
    @ConnectedSocket() socket: ClientSocket,
    @MessageBody() { eventId }: WatchedEvent,
  ): Promise<LiveRoomView> {
    return this.rooms.leave(socket, ROOM, eventId);
  }
}
