import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Namespace } from 'socket.io';
import { NotFound } from '../../core/errors/core.errors.js';
import { outsideOfRequest } from '../../core/http/request-context.js';
import { Shutdown } from '../../core/lifecycle/shutdown.js';
import { LiveRooms } from '../../core/realtime/live-rooms.js';
import { liveRoom } from '../../core/realtime/room.js';
import type { AvailableSeats } from './availability.dto.js';
import { Availability } from './availability.service.js';
import { SeatChanges } from './seat-changes.js';

/** The kind of the rooms, one for each event. */
export const ROOM = 'event';

/** What watchers are told: `event:seats-update` */
export interface SeatsUpdate {
  readonly eventId: string;
  /** Higher in each that a watcher gets; some are left out */
  readonly version: number;
  readonly seatTypes: readonly AvailableSeats[];
}

const LOOK_AGAIN_MS = 5_000;

/**
 * Tells the watchers of this instance how many seats are left. One look at a time of each event, so that what they get is
 * never older than what they got; what changes during a look is seen by the next.
 */
@Injectable()
export class LiveSeats implements OnModuleInit {
  private readonly looks = new Map<string, 'running' | 'again'>();
  /** The last version that watchers were told */
  private readonly told = new Map<string, number>();
  private namespace?: Namespace;

  constructor(
    private readonly availability: Availability,
    private readonly changes: SeatChanges,
    private readonly rooms: LiveRooms,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(LiveSeats.name);
  }

  onModuleInit(): void {
    this.rooms.open(ROOM, (id) => this.isPublic(id));
    this.changes.onChange((eventIds) => eventIds.forEach((id) => this.look(id)));
    // A signal may be lost: whoever watches is not to wait for the next one.
    const timer = setInterval(() => this.lookAtAll(), LOOK_AGAIN_MS).unref();
    this.shutdown.register('schedulers', 'live seats', () => Promise.resolve(clearInterval(timer)));
  }

  deliverTo(namespace: Namespace): void {
    this.namespace = namespace;
  }

  private lookAtAll(): void {
    for (const eventId of this.told.keys()) if (!this.isWatched(eventId)) this.told.delete(eventId);
    const prefix = liveRoom(ROOM, '').name;
    for (const name of this.namespace?.adapter.rooms.keys() ?? []) {
      if (name.startsWith(prefix)) this.look(name.slice(prefix.length));
    }
  }

  private look(eventId: string): void {
    if (!this.isWatched(eventId)) return;
    const isRunning = this.looks.has(eventId);
    this.looks.set(eventId, isRunning ? 'again' : 'running');
    if (!isRunning) void outsideOfRequest(() => this.lookUntilStill(eventId));
  }

  private async lookUntilStill(eventId: string): Promise<void> {
    while (this.looks.get(eventId) !== undefined) {
      this.looks.set(eventId, 'running');
      await this.tell(eventId).catch((err: unknown) => this.logger.warn({ err }, 'watchers are not told'));
      if (this.looks.get(eventId) === 'running') this.looks.delete(eventId);
    }
  }

  private async tell(eventId: string): Promise<void> {
    const { version, seatTypes } = await this.availability.of(undefined, eventId);
    if (version <= (this.told.get(eventId) ?? 0)) return;
    this.told.set(eventId, version);
    const update: SeatsUpdate = {
      eventId,
      version,
      seatTypes: seatTypes.map(({ id, available }) => ({ id, available })),
    };
    this.namespace?.local.to(liveRoom(ROOM, eventId).name).emit('event:seats-update', update);
  }

  private isWatched(eventId: string): boolean {
    return this.namespace?.adapter.rooms.has(liveRoom(ROOM, eventId).name) ?? false;
  }

  private async isPublic(eventId: string): Promise<boolean> {
    return this.availability.of(undefined, eventId).then(
      () => true,
      (thrown: unknown) => {
        if (thrown instanceof NotFound) return false;
        throw thrown;
      },
    );
  }
}
