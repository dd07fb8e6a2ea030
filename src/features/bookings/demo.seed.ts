import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../../core/database/transactions.js';
import { User } from '../../core/identity/user.entity.js';
import { type Standing, UsersService } from '../../core/identity/users.service.js';
import { DemoSeeds } from '../../core/seeding/demo-seeds.js';
import { scope } from '../../core/tenancy/scope.js';
import type { CreateSeatType } from './seat-type.dto.js';
import { wordsOf } from './event-words.js';
import { SeatTypes } from './seat-types.service.js';
import { TicketedEvent } from './ticketed-event.entity.js';

const DAY_MS = 86_400_000;
const DAYS_AHEAD = 28;
const EVENING_UTC = 18;

const SELLER = { email: 'box-office@aerie.example', name: 'Demo box office' };
const CONCERT = { title: 'Demo concert', venue: 'The old observatory', timezone: 'Europe/Berlin' };

const rows = (letters: string, to: number) => [...letters].map((prefix) => ({ prefix, from: 1, to }));

const SEAT_TYPES: readonly CreateSeatType[] = [
  { name: 'VIP', priceMinor: 6_000, currency: 'EUR', capacity: 10, rows: rows('A', 10) },
  { name: 'Standard', priceMinor: 2_500, currency: 'EUR', capacity: 24, rows: rows('BC', 12) },
  { name: 'Gallery', priceMinor: 0, currency: 'EUR', capacity: 24, rows: rows('DE', 12) },
  { name: 'Standing', priceMinor: 0, currency: 'EUR', capacity: 50 },
];

/** An event to watch sell from the first start on. Once it is over, or cancelled, the next start plants another one. */
@Injectable()
export class DemoSale implements OnModuleInit {
  constructor(
    private readonly seeds: DemoSeeds,
    private readonly users: UsersService,
    private readonly seatTypes: SeatTypes,
  ) {}

  onModuleInit(): void {
    this.seeds.register({ plant: (tx) => this.plant(tx), hints: [] });
  }

  private async plant(tx: Tx): Promise<void> {
    const seller = await this.findOrMakeSeller(tx);
    // Whoever has suspended the seller wants no event of theirs.
    if (seller === undefined || (await isSelling(tx, seller))) return;
    const [event] = await scope(tx, seller)
      .of(TicketedEvent)
      .insert({
        ...{ id: uuidv7(), ...CONCERT, words: wordsOf(CONCERT.title, CONCERT.venue), startsAt: someWeeksAhead() },
        ...{ status: 'published', publishedAt: () => 'now()' },
      });
    await this.seatTypes.insert(tx, event, SEAT_TYPES);
  }

  /** Nobody signs in as them: they are there because every event is somebody's. */
  private async findOrMakeSeller(tx: Tx): Promise<Standing | undefined> {
    const known = await tx.findOneBy(User, { email: SELLER.email });
    const { id } = known ?? (await this.users.create(tx, { ...SELLER, emailVerifiedAt: new Date() }));
    return this.users.standingOf(tx, id);
  }
}

/** Also for long enough that somebody can watch it today. */
async function isSelling(tx: Tx, seller: Standing): Promise<boolean> {
  const startsAt = MoreThan(new Date(Date.now() + DAY_MS));
  const event = await scope(tx, seller)
    .of(TicketedEvent)
    .findOne({ where: { status: 'published', startsAt } });
  return event !== null;
}

function someWeeksAhead(): Date {
  const date = new Date(Date.now() + DAYS_AHEAD * DAY_MS);
  date.setUTCHours(EVENING_UTC, 0, 0, 0);
  return date;
}
