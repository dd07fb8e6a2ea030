import type { ClientBase, QueryResult } from 'pg';
import type { DriverError } from './database-errors.js';

export type Query = (...args: unknown[]) => Promise<QueryResult>;

const READ = /^\s*(?:SELECT|WITH|VALUES)\b/i;
const HAS_EFFECT = /;\s*\S|\b(?:INTO|INSERT|UPDATE|DELETE|MERGE|FOR\s+(?:NO\s+KEY\s+|KEY\s+)?SHARE)\b/i;
/** A name before a parenthesis, unless it is given to something there, with names of columns. */
const CALLED = /(?<!\bAS\s+"?)\b(\w+)"?\s*\(/gi;
/** What may stand before a parenthesis and changes nothing. Any other function may. */
const HARMLESS = new Set(
  (
    'select from where and or not in any all exists on as with values by having using case when then else over filter ' +
    'lateral unnest count sum min max avg coalesce lower upper length cast extract now greatest least concat array_agg row limit offset'
  ).split(' '),
);

/** @returns whether it does no harm to ask this again when nobody knows if it was answered */
export function isRepeatable(statement: string): boolean {
  if (!READ.test(statement) || HAS_EFFECT.test(statement)) return false;
  for (const [, name = ''] of statement.matchAll(CALLED)) if (!HARMLESS.has(name.toLowerCase())) return false;
  return true;
}

/**
 * The first statement on a connection that lay idle learns whether the server has ended it meanwhile.
 * @param askAnother asks again on another connection, if that was the reason
 */
export function repeatFirstRead(
  client: ClientBase,
  askAnother: (thrown: DriverError, args: unknown[]) => Promise<QueryResult>,
): void {
  const ask = client.query.bind(client) as Query;
  const first: Query = (...args) => {
    Reflect.deleteProperty(client, 'query');
    const answer = ask(...args);
    const [statement] = args;
    if (typeof statement !== 'string' || !(answer instanceof Promise)) return answer;
    // Only who failed looks at the statement: that costs as much as some statements do.
    return answer.catch((thrown: DriverError) => {
      if (!isRepeatable(statement)) throw thrown;
      return askAnother(thrown, args);
    });
  };
  client.query = first as ClientBase['query'];
}
