import { lintBy } from '../harness/lint.js';

// The name of a file that exists, so that typed rules apply; the text is planted.
const FILE = 'src/core/identity/users.service.ts';
const RULE = /^aerie\/tenant-(entities|sql):/;

const HEAD = `import type { DataSource, EntityManager, Repository, SelectQueryBuilder } from 'typeorm';
import { Entity, ManyToOne, PrimaryColumn } from 'typeorm';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { acrossOrganizations, scope } from '../tenancy/scope.js';
import { TenantEntity } from '../tenancy/tenant-entity.js';
import { TenantEntity as Marked } from '../tenancy/tenant-entity.js';
import { User } from './user.entity.js';
import { Note } from '../../../test/harness/note.entity.js';
import type { Note as NoteType } from '../../../test/harness/note.entity.js';
import { Note as Other } from '../../../test/harness/note.entity.js';
import * as doors from '../../../test/harness/tenant-doors.js';
import { Renamed, Aliased, held } from '../../../test/harness/tenant-doors.js';
declare const tx: EntityManager;
declare const dataSource: DataSource;
declare const note: Note;
declare function f(value: unknown): void;
`;

const FORBIDDEN = {
  find: 'export const a = tx.find(Note, {});',
  insert: `export const a = tx.insert(Note, { id: '1' });`,
  update: `export const a = tx.update(Note, { id: '1' }, { text: '' });`,
  createQueryBuilder: `export const a = tx.createQueryBuilder(Note, 'note');`,
  dataSource: 'export const a = dataSource.getRepository(Note);',
  from: `export const a = tx.createQueryBuilder().select('n').from(Note, 'n');`,
  joined: `export const a = tx.createQueryBuilder(User, 'u').innerJoin(Note, 'n', 'true');`,
  renamedImport: 'export const a = tx.find(Other);',
  reexported: 'export const a = tx.find(Renamed);',
  aliased: 'export const a = tx.find(Aliased);',
  namespace: 'export const a = tx.find(doors.Renamed);',
  held: 'export const a = tx.find(held.Note);',
  newName: 'export const Mine = Note;',
  destructured: 'export const { Note: Mine } = held;',
  passedOn: 'f(Note);',
  listed: 'export const all = [Note];',
  shorthand: 'export const all = { Note };',
  cast: 'export const a = tx.find(Note as new () => object);',
  extended: 'export class Mine extends Note {}',
  fakeScope: 'export const a = { of: (entity: unknown) => entity }.of(Note);',
  injected: 'export class Service { constructor(@InjectRepository(Note) readonly notes: unknown) {} }',
  repository: 'export class Service { constructor(readonly notes: Repository<Note>) {} }',
  repositoryOfType: 'export type Notes = Repository<NoteType>;',
  saved: 'export const a = tx.save(note);',
  removed: 'export const a = tx.remove([note]);',
  named: `export const a = tx.find('Note');`,
  namedTable: `export const a = tx.createQueryBuilder('test_notes', 'n');`,
  joinedByName: `export const a = tx.createQueryBuilder(User, 'u').leftJoin('test_notes', 'n', 'true');`,
  relation: `@Entity() export class Person { @ManyToOne(() => Note) note: unknown; }`,
  sql: `export const a = tx.query('SELECT text FROM test_notes WHERE id = $1', ['1']);`,
  sqlElsewhere: `export const TAKE = \`UPDATE "test_notes" SET stock = stock - 1 WHERE id = $1\`;`,
  ownMark: `@Marked() class Own { organizationId: string; }\nexport const a = tx.find(Own);`,
};

const ALLOWED = {
  scope: `export const a = scope(tx, note).of(Note).get({ id: '1' });`,
  scopeRenamed: 'export const a = scope(tx, note).of(doors.Renamed).find();',
  across: `export const a = acrossOrganizations(tx, 'reason').of(Note).find();`,
  types: 'export const texts = (query: SelectQueryBuilder<Note>, notes: Note[]) => [query, notes];',
  typeOf: 'export type Class = typeof Note;',
  module: 'export const a = TypeOrmModule.forFeature([Note]);',
  relation: `@TenantEntity() @Entity() export class Page {
  @PrimaryColumn('uuid') organizationId: string;
  @ManyToOne(() => Note) note: unknown;
}`,
  relationJoined: `export const a = scope(tx, note).of(Note).select('n').innerJoin('n.organization', 'o');`,
  sql: `export const a = tx.query('SELECT FROM test_notes WHERE organization_id = $1 AND id = $2', ['1', '2']);`,
  otherSql: `export const a = tx.query('SELECT id FROM users');`,
  others: `export const a = tx.find(User, { where: { id: '1' } });`,
  otherRepository: 'export type Users = Repository<User>;',
};

type Found = Record<string, string[]>;

describe('the lint rules of tenant entities', () => {
  let forbidden: Found;
  let allowed: Found;
  beforeAll(() => {
    forbidden = lintBy(RULE, FILE, HEAD, FORBIDDEN);
    allowed = lintBy(RULE, FILE, HEAD, ALLOWED);
  }, 120_000);

  it.each(Object.keys(FORBIDDEN))('[R-44] finds raw access: %s', (name) => {
    expect(forbidden[name]).toEqual([expect.stringMatching(RULE)]);
  });

  it.each(Object.keys(ALLOWED))('[R-44] lets pass: %s', (name) => {
    expect(allowed[name]).toEqual([]);
  });
});
