import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { driverError, isConnectionFailure } from '../../core/database/database-errors.js';
import { Together } from '../../core/database/together.js';
import type { VerifiedEvent } from '../../core/webhook-sources/webhook-sources.js';
import { STORE } from './inbox-statements.js';

/** An event, and who has sent it. */
export interface ProviderEvent extends VerifiedEvent {
  readonly provider: string;
}

type Row = readonly [id: string, event: ProviderEvent, payload: string];

/** Writes down what comes before anything is done about it. */
@Injectable()
export class InboxStore {
  private readonly together = new Together((rows: readonly Row[]) => this.insert(rows));

  constructor(private readonly dataSource: DataSource) {}

  /** @returns whether it is the first time that this event has come */
  store(event: ProviderEvent): Promise<boolean> {
    return this.together.add([uuidv7(), event, JSON.stringify(event.payload)]);
  }

  private async insert(rows: readonly Row[]): Promise<boolean[]> {
    const events = rows.map(([, event]) => event);
    const values = [
      rows.map(([id]) => id),
      events.map(({ provider }) => provider),
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      rows.map(([, , payload]) => payload),
    ];
    const inserted = await this.ask(values);
    const ids = new Set(inserted.map(({ id }) => id));
    return rows.map(([id]) => ids.has(id));
  }

  /** A connection that lay idle may have ended meanwhile. What was stored all the same is there the second time. */
  private ask(values: unknown[]): Promise<{ id: string }[]> {
    const ask = () => this.dataSource.query<{ id: string }[]>(STORE, values);
    return ask().catch((thrown: unknown) => {
      const error = driverError(thrown);
      if (error === undefined || !isConnectionFailure(error)) throw thrown;
      return ask();
    });
  }
}
