import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '../../src/core/access/actor.js';
import { sql } from './database.js';
import { ROOT } from './process.js';

/** Statements that fill lists, by their routes: those of the files `*.rows.sql` of all rooms. */
export function statementsOfFiles(): Map<string, string> {
  const source = join(ROOT, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.rows.sql'));
  return new Map(files.map((file) => readRows(join(source, file))));
}

/** Runs such a statement. @returns the first row that it returns */
export async function addRows(
  url: string,
  statement: string,
  actor: Actor,
  count: number,
): Promise<Record<string, unknown>> {
  const names: string[] = [];
  const text = statement.replace(/(?<!:):([a-z]\w*)/gi, (_match, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  const known: Record<string, unknown> = { ...actor, count };
  const values = names.map((name) => known[name]);
  const [first = {}] = await sql<Record<string, unknown>>(url, text, values);
  return first;
}

function readRows(file: string): [route: string, statement: string] {
  const [first = '', ...statement] = readFileSync(file, 'utf8').split('\n');
  return [first.replace(/^-- /, ''), statement.join('\n')];
}
