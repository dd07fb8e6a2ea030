import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { PersonalData } from '../../core/privacy/personal-data.js';
import { HOLDS_OF, WAITING_OF } from './booking-statements.js';
import type { OfBuyer } from './booking-facts.js';
import { Cancellations } from './cancellations.service.js';
import { FREE } from './seat-statements.js';

/** Whoever goes leaves their seats to others, but for what they have paid for. */
@Injectable()
export class BookingsOfPeople implements OnModuleInit {
  constructor(
    private readonly personalData: PersonalData,
    private readonly cancellations: Cancellations,
  ) {}

  onModuleInit(): void {
    this.personalData.declare(
      {
        table: 'seat_holds',
        tells: ['id', 'organization_id', 'user_id', 'event_id', 'seats', 'expires_at'],
        endFirst: (tx, { id }) => this.letGo(tx, id),
      },
      {
        table: 'bookings',
        tells: [
          ...[
            'id',
            'organization_id',
            'user_id',
            'event_organization_id',
            'event_id',
            'status',
            'seats',
            'total_minor',
          ],
          ...['currency', 'refunded_minor', 'payment_id', 'expires_at', 'created_at', 'confirmed_at', 'cancelled_at'],
          ...['checked_in_at', 'reminded_at', 'told_of_move_at'],
        ],
        kept: 'the books of who has sold what, which name a person by nothing but their id',
      },
    );
  }

  private async letGo(tx: Tx, userId: string): Promise<void> {
    for (const waiting of await tx.query<OfBuyer[]>(WAITING_OF, [userId]))
      await this.cancellations.undoWholly(tx, waiting);
    const holds = await tx.query<{ id: string }[]>(HOLDS_OF, [userId]);
    await tx.query(FREE, [holds.map(({ id }) => id)]);
  }
}
