import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import type { Person } from '../../core/privacy/person.js';
import { PersonalData } from '../../core/privacy/personal-data.js';
import { HOLDS_OF, UNPAID_OF } from './booking-statements.js';
import type { OfBuyer } from './booking-finder.js';
import { Cancellations } from './cancellations.service.js';
import { ClosedSellers } from './closed-sellers.js';
import { SeatChanges } from './seat-changes.js';
import { FREE } from './seat-statements.js';

/** Whoever goes leaves their seats to others, but for what they have paid for; what they would have held does not take place. */
@Injectable()
export class BookingsOfPeople implements OnModuleInit {
  constructor(
    private readonly personalData: PersonalData,
    private readonly closedSellers: ClosedSellers,
    private readonly cancellations: Cancellations,
    private readonly changes: SeatChanges,
  ) {}

  onModuleInit(): void {
    this.personalData.declare(
      {
        table: 'seat_holds',
        tells: ['id', 'organization_id', 'user_id', 'event_id', 'seats', 'expires_at'],
        endFirst: (tx, person) => this.letGo(tx, person),
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

  private async letGo(tx: Tx, { id, closingIds }: Person): Promise<void> {
    for (const organizationId of closingIds) await this.closedSellers.end(tx, organizationId);
    for (const unpaid of await tx.query<OfBuyer[]>(UNPAID_OF, [id])) await this.cancellations.undoWholly(tx, unpaid);
    const holds = await tx.query<{ id: string; eventId: string }[]>(HOLDS_OF, [id]);
    await tx.query(FREE, [holds.map((hold) => hold.id)]);
    for (const { eventId } of holds) this.changes.tell(tx, eventId);
  }
}
