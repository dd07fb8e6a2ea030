import type { Tx } from '../database/transactions.js';
import type { Person } from './person.js';

/** Text for people, or JSON and the type of its column. */
type Writing = 'prose' | 'json' | 'jsonb' | 'text';

/** What a table has of people, and what becomes of it when somebody goes. */
export interface PersonalTable {
  /** Its name, with the schema unless that is `public` */
  readonly table: string;
  /**
   * Which of its rows are the person's, as SQL that may name `person_id`, `person_email`, `organization_ids` and, of
   * these, `closing_ids`, to which nobody else belongs; by default `user_id = person_id`. They are in their archive, and
   * are deleted with them.
   */
  readonly whose?: string;
  /** The columns of these rows that the archive shows */
  readonly tells: readonly string[];
  /** The others, with the reason: a secret does not become less of one by being shown */
  readonly withholds?: Readonly<Record<string, string>>;
  /** Why the rows stay: they name the person by nothing but their id */
  readonly kept?: string;
  /** Columns that may speak of the person in anybody's rows: what they are called there is replaced */
  readonly mentions?: Readonly<Record<string, Writing>>;
  /** Runs before anything is erased, in its transaction: what is under way is ended, and others are told */
  readonly endFirst?: (tx: Tx, person: Person) => Promise<unknown>;
}

export const ERASED_NAME = 'Deleted user';
export const erasedEmail = (userId: string): string => `deleted-${userId}@erased.invalid`;

const PERSON = `
  WITH person AS (
    SELECT $1::uuid AS person_id, $2::text AS person_email, $3::uuid[] AS organization_ids, $4::uuid[] AS closing_ids,
           $5::text AS email_pattern, $6::text AS name_pattern, $7::text AS name_in_json)`;

/** The parameters of all of these statements. */
export function parametersOf({ id, email, name, organizationIds, closingIds }: Person): unknown[] {
  const emailPattern = `(?<![\\w.+-])${escaped(email)}(?![\\w-]|\\.\\w)`;
  const namePattern = `(?<!\\w)${escaped(name)}(?!\\w)`;
  return [id, email, organizationIds, closingIds, emailPattern, namePattern, JSON.stringify(name)];
}

/** Answers rows of `{ row }`, the values as PostgreSQL writes them in JSON. */
export function sectionOf({ table, whose = 'user_id = person_id', tells }: PersonalTable): string {
  const columns = tells.map((column) => `t."${column}"`).join(', ');
  return `${PERSON}
    SELECT to_json(shown) AS row FROM (SELECT ${columns} FROM ${table} t, person WHERE ${whose}) AS shown`;
}

export function deletionOf({ table, whose = 'user_id = person_id' }: PersonalTable): string {
  return `${PERSON} DELETE FROM ${table} USING person WHERE ${whose}`;
}

/** Of JSON only what names their id or address is theirs; a name may also be a word, so only a whole text is one. */
export function redactionOf({ table, mentions = {} }: PersonalTable): string {
  const columns = Object.entries(mentions);
  const values = columns.map(([column, type]) => `"${column}" = ${redacted(column, type)}`);
  const found = columns.map(([column, type]) => mentioned(column, type));
  return `${PERSON} UPDATE ${table} SET ${values.join(', ')} FROM person WHERE ${found.join(' OR ')}`;
}

function redacted(column: string, type: Writing): string {
  const email = `regexp_replace("${column}"::text, email_pattern, '${erasedEmail('user')}', 'g')`;
  if (type === 'prose') return `regexp_replace(${email}, name_pattern, '${ERASED_NAME}', 'g')`;
  return `replace(${email}, name_in_json, '"${ERASED_NAME}"')::${type}`;
}

function mentioned(column: string, type: Writing): string {
  const found = `"${column}"::text ~ email_pattern OR strpos("${column}"::text, person_id::text) > 0`;
  return type === 'prose' ? `${found} OR "${column}" ~ name_pattern` : found;
}

/** For PostgreSQL, in which a backslash makes any character but letters and digits stand for itself. */
const escaped = (text: string): string => text.replace(/[^\p{L}\p{N}\s]/gu, '\\$&');
