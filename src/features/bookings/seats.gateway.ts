import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentActor, RequiresRole } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { EVENTS } from '../../core/realtime/room.js';
import { HoldOfEvent, type HoldView, ReleasedHold } from './hold.dto.js';
import { Holds } from './holds.service.js';

/** The same as over HTTP, for those who have a socket already. */
@WebSocketGateway({ namespace: EVENTS })
@RequiresRole('viewer')
export class SeatsGateway {
  constructor(private readonly holds: Holds) {}

  @SubscribeMessage('seat:hold')
  hold(@CurrentActor() actor: Actor, @MessageBody() { eventId, ...request }: HoldOfEvent): Promise<HoldView> {
    return this.holds.hold(actor, eventId, request);
  }

  @SubscribeMessage('seat:release')
  async release(@CurrentActor() actor: Actor, @MessageBody() { holdId }: ReleasedHold): Promise<ReleasedHold> {
    await this.holds.release(actor, holdId);
    return { holdId };
  }
}
