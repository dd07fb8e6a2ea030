import { Injectable } from '@nestjs/common';
import { NotFound } from '../errors/core.errors.js';
import { liveRoom, type Room } from './room.js';

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

  /** @throws {NotFound} also for what is there and not public */
  async find(kind: string, id: string): Promise<Room> {
    const isPublic = this.kinds.get(kind);
    if (isPublic === undefined || !(await isPublic(id))) throw new NotFound('The room');
    return liveRoom(kind, id);
  }
}
