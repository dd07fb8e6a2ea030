import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { afterCommit } from '../../core/database/after-commit.js';
import type { Tx } from '../../core/database/transactions.js';
import { outsideOfRequest } from '../../core/http/request-context.js';
import { Signals } from '../../core/signals/signals.js';

const CHANNEL = 'bookings.seats';
const TOGETHER_MS = 50;

/** Tells all instances of which events seats have changed hands. */
@Injectable()
export class SeatChanges {
  private readonly changed = new Set<string>();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly signals: Signals,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(SeatChanges.name);
  }

  /** Once `tx` is committed, and never if it is not. What changes within a moment is told together. */
  tell(tx: Tx, eventId: string): void {
    afterCommit(tx, () => {
      this.changed.add(eventId);
      this.timer ??= outsideOfRequest(() => setTimeout(() => this.send(), TOGETHER_MS).unref());
    });
  }

  /** @param hear is told the ids of events, which are not all there any more when it looks */
  onChange(hear: (eventIds: readonly string[]) => void): void {
    this.signals.on(CHANNEL, (text) => hear(JSON.parse(text) as string[]));
  }

  private send(): void {
    this.timer = undefined;
    const eventIds = [...this.changed];
    this.changed.clear();
    // Whoever watches looks again by themselves before long.
    this.signals.send(CHANNEL, JSON.stringify(eventIds)).catch((err: unknown) => {
      this.logger.warn({ err }, 'nobody is told of changed seats');
    });
  }
}
