import type { EntityManager } from 'typeorm';
import { NIL } from 'uuid';

/**
 * Reads many rows in the order of their ids, each page when the one before is done with: a statement takes as long as its
 * page, and whatever is written meanwhile, no row comes twice.
 * @param statement $1 the id of the last one seen, $2 how many at once, then `values`
 */
export async function* inPages<Row extends { readonly id: string }>(
  database: Pick<EntityManager, 'query'>,
  statement: string,
  atOnce: number,
  values: readonly unknown[] = [],
): AsyncGenerator<readonly Row[]> {
  for (let last: string | undefined = NIL; last !== undefined;) {
    const page: Row[] = await database.query<Row[]>(statement, [last, atOnce, ...values]);
    if (page.length > 0) yield page;
    last = page.length === atOnce ? page.at(-1)?.id : undefined;
  }
}
