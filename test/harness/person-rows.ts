import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeLiteral } from 'pg';
import type { Actor } from '../../src/core/access/actor.js';
import { sql } from './database.js';
import { ROOT } from './process.js';

/** What nobody else is called by, so that it is found wherever it is written. */
export interface Traces {
  readonly email: string;
  readonly name: string;
  readonly userAgent: string;
  readonly address: string;
  /** Any text of theirs */
  readonly text: string;
}

const NOBODY = /^-- nobody ([\w.]+): (.+)$/gm;

export function newTraces(): Traces {
  const mark = randomBytes(4).toString('hex');
  return {
    email: `canary.${mark}@example.org`,
    name: `Canary O'Trace "${mark}"`,
    userAgent: `CanaryBrowser/${mark}`,
    // As PostgreSQL writes it: without leading zeros.
    address: `2001:db8:1${mark.slice(0, 3)}:1${mark.slice(3, 6)}::7`,
    text: `canary-text-${mark}`,
  };
}

/**
 * Gives somebody a row in every table, by the files `*.person.sql` of all rooms: statements with `:userId`,
 * `:organizationId` and the traces.
 */
export async function leaveTraces(databaseUrl: string, actor: Actor, traces: Traces): Promise<void> {
  const { userId, organizationId } = actor;
  await sql(databaseUrl, 'UPDATE users SET email = $2, name = $3 WHERE id = $1', [userId, traces.email, traces.name]);
  await sql(databaseUrl, 'UPDATE organizations SET name = $2 WHERE id = $1', [organizationId, traces.name]);
  for (const text of filesOfPersons()) {
    for (const statement of text.replace(/^--.*$/gm, '').split(/;\s*$/m)) {
      if (statement.trim() !== '') await sql(databaseUrl, written(statement, { ...actor, ...traces }));
    }
  }
}

/** Tables that have nothing of anybody, with the reason: a line `-- nobody table: reason` in such a file. */
export function tablesOfNobody(): Map<string, string> {
  const lines = filesOfPersons().flatMap((text) => [...text.matchAll(NOBODY)]);
  return new Map(lines.map(([, table = '', reason = '']) => [table, reason]));
}

/** As literals, which are of whatever type they are needed in. */
function written(statement: string, values: Readonly<Record<string, unknown>>): string {
  return statement.replace(/(?<!:):([a-z]\w*)/gi, (whole, name: string) =>
    name in values ? escapeLiteral(String(values[name])) : whole,
  );
}

function filesOfPersons(): string[] {
  const source = join(ROOT, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.person.sql'),
  );
  return files.sort().map((file) => readFileSync(join(source, file), 'utf8'));
}
