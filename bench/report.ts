import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../scripts/environment.ts';
import { describeMachine } from './machine.ts';
import { type Finding, hasPassed, type Measurement, type Outcome } from './measurement.ts';

interface Result extends Outcome {
  readonly title: string;
  readonly date: string;
  readonly quick: boolean;
  readonly machine: ReturnType<typeof describeMachine>;
}

const HOW_TO_READ = `Only the ratios and differences are promises: the numbers beside them belong to this machine.
What is compared runs in turns, after a warm-up, in the same minutes; each number is the median of its rounds. A server
has one processor; \`busy\` in the raw results tells how much of it a round used. The raw results of each measurement are
in \`results\`. \`npm run bench -- me live\` measures only these, \`-- --quick\` measures briefly and keeps what it finds in
\`.cache/bench\`, and \`-- profile me\` tells where the time goes.`;

/** Keeps the results of each measurement, and one page about the newest of all. Quick ones are kept out of the way. */
export class Report {
  private readonly folder: string;
  private readonly quick: boolean;

  constructor(quick: boolean) {
    this.quick = quick;
    this.folder = quick ? join(ROOT, '.cache', 'bench') : import.meta.dirname;
  }

  async add(name: string, { title }: Measurement, { findings, raw }: Outcome): Promise<void> {
    const [machine, date] = [describeMachine(), new Date().toISOString()];
    const result: Result = { title, date, quick: this.quick, machine, findings, raw };
    await this.write(`results/${name}.json`, JSON.stringify(result));
  }

  /** @returns the page, as far as there are results */
  async writePage(names: readonly string[]): Promise<void> {
    const files = names.map((name) => join(this.folder, 'results', `${name}.json`)).filter((file) => existsSync(file));
    const results = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Result);
    const parts = ['# Bench', 'Written by `npm run bench`.', ...results.map(section), '## How to read', HOW_TO_READ];
    await this.write('README.md', parts.join('\n\n'));
  }

  private async write(file: string, content: string): Promise<void> {
    const filepath = join(this.folder, file);
    mkdirSync(dirname(filepath), { recursive: true });
    writeFileSync(filepath, await format(content, { ...(await resolveConfig(filepath)), filepath }));
  }
}

/** One line for a terminal. */
export function sentence(finding: Finding): string {
  const verdict = verdictOf(finding);
  return `${finding.what}: ${measured(finding)}${verdict && ` (${targetOf(finding)}: ${verdict})`}`;
}

function section({ title, date, quick, machine, findings }: Result): string {
  const rows = findings.map((finding) => [finding.what, measured(finding), targetOf(finding), verdictOf(finding)]);
  return [
    `## ${title}`,
    ...(quick ? ['**A quick run: not to be quoted.**'] : []),
    [['', 'measured', 'target', ''], ['---', '---:', '---', '---'], ...rows]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n'),
    `${date.slice(0, 10)}, Node.js ${machine.node}, ${machine.processor}, ${machine.memoryGiB} GiB, ${machine.system}; ` +
      `pinning: ${machine.pinning}.`,
  ].join('\n\n');
}

function measured({ value, unit }: Finding): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

function targetOf({ target }: Finding): string {
  if (target === undefined) return '';
  return 'atMost' in target ? `at most ${target.atMost}` : `at least ${target.atLeast}`;
}

function verdictOf(finding: Finding): string {
  if (finding.target === undefined) return '';
  return hasPassed(finding) ? 'pass' : 'FAIL';
}
