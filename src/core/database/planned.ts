import pg from 'pg';
import type { Query } from './repeatable.js';

const names = new Map<string, string>();

/**
 * Marks a statement that is asked all the time: each connection has it planned once, and then sends its values only.
 * For texts that never change, of which there are few: a value in the text would make a plan of each. It names the columns
 * that it answers, since a plan of `*` fails on the connections that were open when a migration added one.
 */
export function planned(text: string): string {
  if (!names.has(text)) names.set(text, `planned ${names.size}`);
  return text;
}

/** A client of the pool that sends marked statements by their name. */
export class PlanningClient extends pg.Client {}

// On the prototype: the pool puts a `query` of its own before it, and takes it away again.
PlanningClient.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  const ask = Reflect.get(pg.Client.prototype, 'query') as Query;
  const [text, values, ...more] = args;
  const name = typeof text === 'string' && Array.isArray(values) ? names.get(text) : undefined;
  return name === undefined ? ask.apply(this, args) : ask.apply(this, [{ name, text, values }, ...more]);
} as pg.Client['query'];
