import type pg from 'pg';
import { cut } from '../logging/serialize-error.js';
import { currentSpans, traced } from '../tracing/trace.js';
import { PlanningClient } from './planned.js';
import type { Query } from './repeatable.js';

/** A client of the pool that makes a span of each statement of a trace: the beginning of its text, none of its values. */
export class TracedClient extends PlanningClient {}

const ask = Reflect.get(PlanningClient.prototype, 'query') as Query;

// On the prototype: the pool puts a `query` of its own before it, and takes it away again.
TracedClient.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  const [statement] = args;
  const traceable = typeof statement === 'string' && typeof args.at(-1) !== 'function';
  // What belongs to no trace, as somebody who looks every second, would make one of each statement.
  if (!traceable || !currentSpans()?.recording) return ask.apply(this, args);
  const attributes = { 'db.system.name': 'postgresql', 'db.query.text': cut(statement) };
  return traced(verbOf(statement), undefined, () => ask.apply(this, args), { kind: 'client', attributes });
} as pg.Client['query'];

function verbOf(statement: string): string {
  return /\w+/.exec(statement)?.[0].toUpperCase() ?? 'SQL';
}
