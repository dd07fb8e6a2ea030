/** Properties that a list can be sorted by: plain values that are never null. */
export type SortKey<E> = {
  [K in keyof E & string]: E[K] extends string | number | bigint | boolean | Date ? K : never;
}[keyof E & string];

type IdKey<E> = { [K in SortKey<E>]: E[K] extends string ? K : never }[SortKey<E>];
type SortKeys<E> = readonly [...SortKey<E>[], IdKey<E>];

/**
 * The order of a list: its sort keys, of which the last is an id that is unique in the list and breaks ties. There is
 * one direction for all of them, which one index of these columns serves both ways: `{ desc: ['startsAt', 'id'] }`.
 * An id alone is ascending. All columns are NOT NULL: no row is before or after a null.
 */
export type Order<E> =
  | IdKey<E>
  | { readonly asc: SortKeys<E>; readonly desc?: never }
  | { readonly desc: SortKeys<E>; readonly asc?: never };

export interface Sorting {
  readonly keys: readonly string[];
  readonly direction: 'ASC' | 'DESC';
}

export function sortingOf<E>(order: Order<E>): Sorting {
  if (typeof order === 'string') return { keys: [order], direction: 'ASC' };
  return order.desc ? { keys: order.desc, direction: 'DESC' } : { keys: order.asc, direction: 'ASC' };
}
