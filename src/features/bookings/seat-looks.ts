import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Together } from '../../core/database/together.js';
import { NotFound, ValidationFailed } from '../../core/errors/core.errors.js';
import { EventNotOnSale } from './event.errors.js';
import type { WantedSeat } from './hold.dto.js';
import { SeatTaken, SoldOut } from './hold.errors.js';
import { splitLabel } from './seat-labels.js';
import { LOOK } from './seat-statements.js';

type Wish = WantedSeat & { readonly eventId: string };

/** What is known of a wanted seat. */
interface Look {
  /** The seller; null if there is no such event */
  readonly organizationId: string | null;
  readonly isPublic: boolean;
  readonly isOnSale: boolean;
  readonly exists: boolean;
  readonly taken: boolean;
  /** General admission of which nothing is left */
  readonly isFull: boolean;
}

/**
 * Looks at what somebody wants before anything is written: most who come too late learn it here, and a refusal that writes
 * first would leave a dead row each time. In a rush many look at the same moment, with one statement for all of them.
 */
@Injectable()
export class SeatLooks {
  private readonly together = new Together((wishes: readonly Wish[]) => this.lookAt(wishes));

  constructor(private readonly dataSource: DataSource) {}

  /** @returns the seller. @throws {NotFound | EventNotOnSale | ValidationFailed | SeatTaken | SoldOut} */
  async demand(actor: Actor, eventId: string, seats: readonly WantedSeat[]): Promise<string> {
    const looks = await Promise.all(seats.map((seat) => this.together.add({ ...seat, eventId })));
    const [{ organizationId, isPublic, isOnSale }] = looks as [Look];
    if (organizationId === null || !(isPublic || organizationId === actor.organizationId)) {
      throw new NotFound('The event');
    }
    if (!isOnSale) throw new EventNotOnSale();
    demandThatTheyExist(looks);
    const taken = looks.findIndex((look) => look.taken);
    if (taken !== -1) throw new SeatTaken(seats[taken]?.label);
    if (looks.some(({ isFull }) => isFull)) throw new SoldOut();
    return organizationId;
  }

  private lookAt(wishes: readonly Wish[]): Promise<Look[]> {
    const split = wishes.map(({ label }) => (label === undefined ? undefined : splitLabel(label)));
    return this.dataSource.query<Look[]>(LOOK, [
      wishes.map(({ eventId }) => eventId),
      wishes.map(({ seatTypeId }) => seatTypeId),
      wishes.map(({ label }) => label ?? null),
      split.map((one) => one?.prefix ?? null),
      split.map((one) => one?.number ?? null),
    ]);
  }
}

function demandThatTheyExist(looks: readonly Look[]): void {
  const detail = 'is no seat of this event';
  const faults = looks.flatMap(({ exists }, index) =>
    exists ? [] : [{ pointer: `#/seats/${index}`, code: 'seat', detail }],
  );
  if (faults.length > 0) throw new ValidationFailed(faults);
}
