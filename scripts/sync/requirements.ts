import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../environment.ts';
import { isOrphan, neededBy } from '../needed-features.ts';

const FOLDER = join(ROOT, 'docs', 'requirements');
const TITLE = /\b(?:it|test)(?:\.each\([\s\S]*?\))?\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*?)\1/g;
const TAG = /\[(R-\d+)\]((?: #\d+)*)/g;

/** A way in which an outsider checks a requirement. Written `R-01 #2`. */
export interface Probe {
  readonly id: string;
  readonly text: string;
}

export interface Requirement {
  readonly id: string;
  readonly priority: string;
  readonly area: string;
  readonly text: string;
  readonly probes: readonly Probe[];
}

/** Why a probe has no test here: a room that does not exist yet or was cut, or a reason that it never will. */
interface Exception {
  readonly state: 'pending' | 'cuttable' | 'n/a';
  /** The room in src that it waits for or lives in (of several: `features/auth and features/billing`), or the reason */
  readonly subject: string;
}

export interface Proof {
  readonly title: string;
  readonly file: string;
}

export function readRequirements(): Requirement[] {
  return readTable('requirements.tsv').map(([id = '', priority = '', area = '', text = '', probes = '']) => ({
    id,
    priority,
    area,
    text: unquote(text),
    probes: unquote(probes)
      .split(' || ')
      .map((probe, index) => ({ id: `${id} #${index + 1}`, text: probe })),
  }));
}

/** The tests that name a probe, by probe. A requirement with one probe needs no number. */
export function findProofs(requirements: readonly Requirement[]): Map<string, Proof[]> {
  const proofs = new Map<string, Proof[]>();
  for (const file of specFiles()) {
    for (const [, , title = ''] of readFileSync(join(ROOT, file), 'utf8').matchAll(TITLE)) {
      for (const probe of probesNamed(title, requirements)) {
        proofs.set(probe, [...(proofs.get(probe) ?? []), { title, file }]);
      }
    }
  }
  return proofs;
}

/** @returns the probes that a test title claims to prove */
export function probesNamed(title: string, requirements: readonly Requirement[]): string[] {
  return [...title.matchAll(TAG)].flatMap(([, id = '', numbers = '']) => {
    const known = requirements.find((requirement) => requirement.id === id);
    if (known === undefined) throw new Error(`No requirement ${id}, which the test "${title}" names.`);
    if (numbers === '') return known.probes.length === 1 ? [`${id} #1`] : [];
    const named = numbers
      .trim()
      .split(' ')
      .map((number) => `${id} ${number}`);
    const wrong = named.find((probe) => !known.probes.some((one) => one.id === probe));
    if (wrong !== undefined) throw new Error(`No probe ${wrong}, which the test "${title}" names.`);
    return named;
  });
}

/** Renders docs/requirements.md. @throws if a probe is neither proven nor excused, or is excused without need */
export function renderRequirements(): string {
  const requirements = readRequirements();
  const proofs = findProofs(requirements);
  const exceptions = readExceptions();
  const faults: string[] = [];
  const counts = { proven: 0, pending: 0, 'n/a': 0 };
  const lines = requirements.flatMap(({ id, priority, area, text, probes }) => [
    `\n### ${id} · ${priority} · ${area}\n\n${escape(text)}\n`,
    ...probes.map((probe) => {
      const { state, note, fault } = judge(probe, proofs.get(probe.id) ?? [], exceptions.get(probe.id));
      if (fault !== undefined) faults.push(fault);
      counts[state]++;
      return `- **${state}** ${escape(probe.text)}<br>${note}`;
    }),
  ]);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return `${header(counts)}${lines.join('\n')}\n`;
}

interface Judgement {
  readonly state: 'proven' | 'pending' | 'n/a';
  readonly note: string;
  readonly fault?: string;
}

function judge({ id }: Probe, proofs: readonly Proof[], exception?: Exception): Judgement {
  if (proofs.length > 0) {
    const note = proofs.map(({ title, file }) => `\`${title.replaceAll('`', "'")}\` in ${file}`).join('<br>');
    const isProofOfFeature = proofs.every(({ file }) => file.startsWith('src/features/') || neededBy(file).length > 0);
    if (isProofOfFeature && exception?.state !== 'cuttable') {
      return { state: 'proven', note, fault: `${id} is proven by a feature alone: list it as cuttable.` };
    }
    const stale = exception !== undefined && exception.state !== 'cuttable';
    return { state: 'proven', note, ...(stale && { fault: `${id} has a test and is listed as ${exception.state}.` }) };
  }
  if (exception === undefined) return { state: 'pending', note: '', fault: `${id} has no test and no reason.` };
  if (exception.state === 'n/a') return { state: 'n/a', note: exception.subject };
  const rooms = exception.subject.split(' and ');
  const lost = exception.state === 'cuttable' && rooms.every((room) => existsSync(join(ROOT, 'src', room)));
  return {
    state: 'pending',
    note: `waits for \`${exception.subject}\``,
    ...(lost && { fault: `${id} has no test any more, but ${exception.subject} is still here.` }),
  };
}

function readExceptions(): Map<string, Exception> {
  const known = new Set(readRequirements().flatMap(({ probes }) => probes.map(({ id }) => id)));
  return new Map(
    readTable('exceptions.tsv').map(([probe = '', state = '', subject = '']) => {
      if (!known.has(probe)) throw new Error(`exceptions.tsv: there is no probe ${probe}`);
      if (!/^(pending|cuttable|n\/a)$/.test(state) || subject === '')
        throw new Error(`exceptions.tsv: ${probe} ${state}?`);
      return [probe, { state: state as Exception['state'], subject }];
    }),
  );
}

function readTable(file: string): string[][] {
  const [, ...rows] = readFileSync(join(FOLDER, file), 'utf8').trimEnd().split('\n');
  return rows.map((row) => row.split('\t'));
}

function specFiles(): string[] {
  return ['src', 'test'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('spec.ts') && !isOrphan(file))
      .map((file) => `${folder}/${file}`)
      .sort(),
  );
}

const unquote = (cell: string) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
const escape = (text: string) => text.replace(/[<*]/g, (character) => `\\${character}`);

function header(counts: Record<Judgement['state'], number>): string {
  return `# Requirements

What Aerie promises, how an outsider would check it, and which test proves it. Made by \`npm run sync\` from
[requirements.tsv](requirements/requirements.tsv), [exceptions.tsv](requirements/exceptions.tsv) and the titles of the
tests. Of all probes ${counts.proven} are proven, ${counts.pending} wait for a room that is not built yet, and
${counts['n/a']} do not apply.
`;
}
