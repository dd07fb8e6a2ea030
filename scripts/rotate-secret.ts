import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { command, exampleSettings, ROOT, say, secretLike } from './environment.ts';

interface Pair {
  readonly current: string;
  readonly other?: string;
}

interface Step {
  readonly change: (pair: Pair, fresh: string) => Pair | string;
  readonly next: string;
}

const USAGE = 'usage: npm run secret:rotate -- begin|switch|finish NAME [FILE], such as: begin JWT_ACCESS_SECRET .env';

/** Two secrets are accepted and one is used: instances of two steps in a row always understand each other. */
const STEPS: Partial<Record<string, Step>> = {
  begin: {
    change: ({ current, other }, fresh) =>
      other ? 'a rotation has begun: switch, or finish it' : { current, other: fresh },
    next: 'restart every instance: they accept the new secret from then on. Then switch',
  },
  switch: {
    change: ({ current, other }) => (other ? { current: other, other: current } : 'begin first'),
    next: 'restart every instance: they use the new secret from then on. Finish when nothing of the old one is in use',
  },
  finish: {
    change: ({ current, other }) => (other ? { current } : 'there is nothing to finish'),
    next: 'restart every instance: the old secret is worth nothing from then on',
  },
};

await command(() => {
  const [verb = '', name = '', file = join(ROOT, '.env')] = process.argv.slice(2);
  const step = STEPS[verb];
  const example = exampleSettings();
  if (step === undefined || name === '') throw new Error(USAGE);
  if (example[`${name}_PREVIOUS`] === undefined) throw new Error(`${name} is no secret that can be rotated`);
  rewrite(file, name, (pair) => step.change(pair, secretLike(example[name] ?? '')));
  say(`wrote ${file}. Next: ${step.next}`);
  return Promise.resolve();
});

function rewrite(file: string, name: string, change: (pair: Pair) => Pair | string): void {
  const text = readFileSync(file, 'utf8');
  const { [name]: current, [`${name}_PREVIOUS`]: other } = parseEnv(text);
  if (!current) throw new Error(`${file} has no ${name}`);
  const changed = change({ current, other });
  if (typeof changed === 'string') throw new Error(changed);
  const lines = text.split('\n').filter((line) => !new RegExp(`^\\s*(export\\s+)?${name}(_PREVIOUS)?\\s*=`).test(line));
  const added = [`${name}=${changed.current}`, ...(changed.other ? [`${name}_PREVIOUS=${changed.other}`] : [])];
  // Whole or not at all: a half-written file would lose both.
  writeFileSync(`${file}.new`, `${lines.join('\n').trimEnd()}\n${added.join('\n')}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
