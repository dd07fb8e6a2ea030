import { Injectable } from '@nestjs/common';
import { NotFound } from '../errors/core.errors.js';
import type { ClientSocket } from './client.js';
import type { LiveRoomView } from './live.dto.js';
import { TooManyRooms } from './realtime.errors.js';
import { liveRoom } from './room.js';

const MOST_ROOMS = 20;

const KIND = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The port through which a feature says what anybody may hear of. */
@Injectable()
export class LiveRooms {
  private readonly kinds = new Map<string, (id: string) => Promise<boolean>>();

  /**
   * Opens a room for each thing of a kind, such as `seats`. Registered in onModuleInit.
   * @param isPublic whether there is such a thing, and everybody may know
   */
  open(kind: string, isPublic: (id: string) => Promise<boolean>): void {
    if (!KIND.test(kind)) throw new Error(`${kind} is no name of a kind of rooms.`);
    if (this.kinds.has(kind)) throw new Error(`Rooms of kind ${kind} are opened twice.`);
    this.kinds.set(kind, isPublic);
  }

  /** @throws {NotFound} also for what is there and not public. @throws {TooManyRooms} */
  async join(socket: ClientSocket, kind: string, id: string): Promise<LiveRoomView> {
    const isPublic = this.kinds.get(kind);
    if (isPublic === undefined || !(await isPublic(id))) throw new NotFound('The room');
    const { name } = liveRoom(kind, id);
    // Each socket is in a room of its own beside them.
    if (!socket.rooms.has(name) && socket.rooms.size > MOST_ROOMS) throw new TooManyRooms(MOST_ROOMS);
    await socket.join(name);
    return { room: name };
  }

  async leave(socket: ClientSocket, kind: string, id: string): Promise<LiveRoomView> {
    const { name } = liveRoom(kind, id);
    await socket.leave(name);
    return { room: name };
  }
}
