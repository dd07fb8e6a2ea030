import { Injectable } from '@nestjs/common';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { Cursors } from './cursors.js';
import { readAfter } from './keyset.js';
import { type Order, type Sorting, sortingOf } from './order.js';
import type { PageInfo, PageQuery } from './page.dto.js';

export interface Page<T> {
  readonly data: T[];
  readonly page: PageInfo;
}

/** Cuts lists into pages by key and not by offset, so that page 1,000 costs what page 1 does. */
@Injectable()
export class Pages {
  constructor(private readonly cursors: Cursors) {}

  /**
   * Reads one page: `pages.read('events', { desc: ['startsAt', 'id'] }, query, request)`. It costs one statement, and
   * one more if the total is asked for.
   * @param list names the list: a cursor of another list, order or filter is refused
   * @param order wants an index that begins with what `query` compares by `=`, and goes on with these keys
   * @param query which rows are in the list; what it joins is one a row
   * @param request what its class has beside `PageQuery` is the filter
   * @throws {ValidationFailed} for a cursor that this list did not give
   */
  async read<E extends ObjectLiteral>(
    list: string,
    order: Order<E>,
    query: SelectQueryBuilder<E>,
    { limit, cursor, total, ...filter }: PageQuery,
  ): Promise<Page<E>> {
    const sorting = sortingOf(order);
    const scope = scopeOf(list, sorting, filter);
    const position = cursor === undefined ? undefined : this.cursors.open(scope, cursor);
    const counted = total ? { total: await query.getCount() } : {};
    const rows = await readAfter(query.clone(), sorting, position, limit + 1);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const nextCursor = last ? this.cursors.seal(scope, last.position) : null;
    return { data: shown.map(({ entity }) => entity), page: { limit, nextCursor, ...counted } };
  }
}

function scopeOf(list: string, { keys, direction }: Sorting, filter: object): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return JSON.stringify([list, direction, keys, given.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
