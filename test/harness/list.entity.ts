import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The table of `Entry`, which no migration makes. */
export const ENTRIES = `
  CREATE TABLE test_entries (id uuid PRIMARY KEY, made_at timestamptz NOT NULL, kind varchar(20) NOT NULL);
  CREATE INDEX test_entries_made_at_id_idx ON test_entries (made_at, id)`;

/** What the lists of the tests contain. */
@Entity('test_entries')
@Index('test_entries_made_at_id_idx', ['madeAt', 'id'])
export class Entry {
  @PrimaryColumn('uuid')
  id: string;

  @Column('timestamptz')
  madeAt: Date;

  @Column('varchar', { length: 20 })
  kind: string;
}
