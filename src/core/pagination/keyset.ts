import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { MAX_POSITION_BYTES } from './cursors.js';
import type { Sorting } from './order.js';

/** A row of a list and where it is: the database's own texts of its sort keys. */
export interface Placed<E> {
  readonly entity: E;
  readonly position: readonly string[];
}

/**
 * Reads the rows that follow a position. The bound is one comparison of rows, which PostgreSQL answers from an index of
 * the sort keys. Positions are texts made by the database: a timestamp has microseconds, and a Date would lose them.
 */
export async function readAfter<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  { keys, direction }: Sorting,
  position: readonly string[] | undefined,
  limit: number,
): Promise<Placed<E>[]> {
  const paths = pathsOf(query, keys);
  if (position) startAfter(query, paths, direction === 'ASC' ? '>' : '<', position);
  query.orderBy();
  paths.forEach((path, index) => query.addSelect(textOf(path), nameOf(index)).addOrderBy(path, direction));
  const { entities, raw } = await query.limit(limit).getRawAndEntities<Record<string, string>>();
  if (entities.length !== raw.length) throw new Error('A list cannot join what a row has many of.');
  return entities.map((entity, row) => ({ entity, position: keys.map((_, key) => raw[row]?.[nameOf(key)] ?? '') }));
}

/** @returns the keys as SQL; they reach it unescaped, so only columns that the entity has get this far */
function pathsOf<E extends ObjectLiteral>(query: SelectQueryBuilder<E>, keys: readonly string[]): string[] {
  const metadata = query.expressionMap.mainAlias?.metadata;
  const columns = keys.flatMap((key) => metadata?.findColumnWithPropertyName(key) ?? []);
  const isSortable = columns.length === keys.length && !columns.some(({ isNullable }) => isNullable);
  if (!isSortable || columns.reduce((bytes, column) => bytes + bytesOf(column), 0) > MAX_POSITION_BYTES) {
    throw new Error(`A list cannot be sorted by ${keys.join(', ')}: sort keys are short columns that are NOT NULL.`);
  }
  return keys.map((key) => [query.alias, key].join('.'));
}

/** Most bytes of a value's text, by its column: whether a cursor gets too long must not depend on the data. */
function bytesOf({ type, length }: ColumnMetadata): number {
  const isText = type === String || (typeof type === 'string' && /char|text/.test(type));
  return isText ? 4 * Number(length || Infinity) : 40;
}

function startAfter<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  paths: readonly string[],
  sign: '<' | '>',
  position: readonly string[],
): void {
  const { wheres } = query.expressionMap;
  // An OR of the caller gets brackets: otherwise the bound would be part of its last alternative only.
  if (wheres.length > 0) {
    query.expressionMap.wheres = [{ type: 'simple', condition: { operator: 'brackets', condition: wheres } }];
  }
  const values = paths.map((_, index) => `:${nameOf(index)}`);
  const bound = `(${paths.join(', ')}) ${sign} (${values.join(', ')})`;
  query.andWhere(bound, Object.fromEntries(position.map((value, index) => [nameOf(index), value])));
}

const nameOf = (index: number) => `page_key_${index}`;
const textOf = (path: string) => `CAST(${path} AS text)`;
