import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './process.js';

/** A text, and the file that it stands in as far as the rules know. Only one that exists has types. */
export interface Planted {
  readonly file: string;
  readonly text: string;
}

/** @returns what lint says of each text, as `rule: message` */
export function lint<Name extends string>(texts: Record<Name, Planted>): Record<Name, string[]> {
  const script = join(ROOT, 'test', 'contract', 'lint-planted.mjs');
  const output = execFileSync(process.execPath, [script], { cwd: ROOT, input: JSON.stringify(texts) });
  return JSON.parse(output.toString()) as Record<Name, string[]>;
}

/**
 * What the rules of a name say of texts in one file; what other rules say of them is none of its business.
 * @param head stands before each text
 */
export function lintBy(
  rule: RegExp,
  file: string,
  head: string,
  texts: Readonly<Record<string, string>>,
): Record<string, string[]> {
  const named = Object.entries(texts).map(([name, text]) => [name, { file, text: `${head}${text}\n` }]);
  const found = lint(Object.fromEntries(named) as Record<string, Planted>);
  const relevant = (message: string) => rule.test(message) || message.startsWith('null');
  return Object.fromEntries(Object.entries(found).map(([name, messages]) => [name, messages.filter(relevant)]));
}
