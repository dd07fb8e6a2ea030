import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/transactions.js';
import type { Person } from './person.js';
import { deletionOf, parametersOf, type PersonalTable, redactionOf, sectionOf } from './personal-table.js';

/** What is known of a person: rows as JSON, by their table. */
export type Archive = Record<string, object[]>;

/** The port through which rooms and features say what they know of people. What is declared can be told and forgotten. */
@Injectable()
export class PersonalData {
  private readonly tables = new Map<string, PersonalTable>();

  declare(...tables: readonly PersonalTable[]): void {
    for (const one of tables) {
      if (this.tables.has(one.table)) throw new Error(`The personal data of ${one.table} is declared twice.`);
      this.tables.set(one.table, one);
    }
  }

  get declared(): readonly PersonalTable[] {
    return [...this.tables.values()];
  }

  async collect(tx: Tx, person: Person): Promise<Archive> {
    const archive: Archive = {};
    for (const one of this.declared.filter(({ tells }) => tells.length > 0)) {
      const rows = await tx.query<{ row: object }[]>(sectionOf(one), parametersOf(person));
      archive[one.table] = rows.map(({ row }) => row);
    }
    return archive;
  }

  /** Ends what is under way, deletes their rows, and takes their name out of those of others. */
  async forget(tx: Tx, person: Person): Promise<void> {
    for (const { endFirst } of this.declared) await endFirst?.(tx, person);
    const theirs = this.declared.filter(({ kept }) => kept === undefined).map(deletionOf);
    const others = this.declared.filter(({ mentions }) => mentions !== undefined).map(redactionOf);
    for (const statement of [...theirs, ...others]) await tx.query(statement, parametersOf(person));
  }
}
