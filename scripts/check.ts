import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, say } from './environment.ts';
import { findProofs, probesNamed, readRequirements } from './sync/requirements.ts';

interface FileResults {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
}

interface Results {
  readonly testResults: readonly FileResults[];
}

const REPORTS = join(ROOT, '.cache', 'reports');
/** Whoever hangs would else take the others with it, and what they found out. */
const LONGEST_MS = 30 * 60_000;
/** So many files that fail are an accident, perhaps of the machine; more are not. */
const MOST_TO_REPEAT = 3;
const RELEASE_TESTS = ['test', '--', '--config', 'jest.release.config.mjs'];

const hasChromium = existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium');
const hasRedis = 'REDIS_URL' in process.env || spawnSync('redis-server', ['--version']).status === 0;

/** Everything that CI runs. The last line counts the tests. */
rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
const steps = [
  step('generated files', ['run', 'sync', '--', '--check']),
  step('lint', ['run', 'lint']),
  step('build', ['run', 'build']),
  hasRedis ? undefined : without('no tests with Redis: apt-get install redis-server, or set REDIS_URL'),
  step('tests', ['test', '--', ...report('tests')]) && testAgain(),
  step('release tests', [...RELEASE_TESTS, ...report('release')]),
  testInBrowser(),
];
const results = ['tests', 'again', 'release', 'browser'].map(readReport);
const complaints = [...steps, ...unproven(results)].filter((complaint) => complaint !== undefined);
for (const complaint of complaints) say(complaint);
const outcomes = outcomesOf(results);
const count = (wanted: string) => outcomes.filter(({ status }) => status === wanted).length;
process.stdout.write(`${count('passed')} passed, ${count('failed') || (complaints.length > 0 ? 1 : 0)} failed\n`);
process.exit(complaints.length > 0 ? 1 : 0);

function step(name: string, npmArguments: readonly string[]): string | undefined {
  say(name);
  const { status, error } = spawnSync('npm', npmArguments, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: LONGEST_MS,
  });
  if (status === 0) return undefined;
  return error === undefined ? `${name} failed` : `${name} failed: ${error.message}`;
}

/** The tests of a few files that failed while others ran: alone they have to pass. That they had to is told. */
function testAgain(): string | undefined {
  const files = readReport('tests').testResults.filter(({ status }) => status === 'failed');
  const names = files.map(({ name }) => name);
  if (names.length === 0 || names.length > MOST_TO_REPEAT) return 'tests failed';
  say(`failed beside others, and are run again alone: ${names.join(', ')}`);
  return step('tests again', ['test', '--', '--runInBand', '--runTestsByPath', ...names, ...report('again')]);
}

function testInBrowser(): string | undefined {
  if (hasChromium) return step('browser tests', ['run', 'test:browser', '--', ...report('browser')]);
  return without('no browser tests without Chromium: apt-get install chromium, or set CHROMIUM to its path');
}

/** Not everybody has everything that is tested with; CI does. */
function without(missing: string): string | undefined {
  if (process.env.CI === 'true') return missing;
  say(missing);
  return undefined;
}

function report(name: string): string[] {
  return ['--json', `--outputFile=${join(REPORTS, `${name}.json`)}`];
}

function readReport(name: string): Results {
  try {
    return JSON.parse(readFileSync(join(REPORTS, `${name}.json`), 'utf8')) as Results;
  } catch {
    return { testResults: [] };
  }
}

/** A probe that the documents call proven needs a test that ran and passed. */
function unproven(reports: readonly Results[]): string[] {
  const requirements = readRequirements();
  const passed = new Set(
    outcomesOf(reports)
      .filter(({ status }) => status === 'passed')
      .flatMap(({ title }) => probesNamed(title, requirements)),
  );
  const canRun = (file: string) => hasChromium || !file.endsWith('.browser-spec.ts');
  return [...findProofs(requirements)]
    .filter(([probe, proofs]) => !passed.has(probe) && proofs.some(({ file }) => canRun(file)))
    .map(([probe]) => `${probe} is called proven, but no test of it passed`);
}

/** Of each file the last run counts. */
function outcomesOf(reports: readonly Results[]): FileResults['assertionResults'] {
  const files = new Map(reports.flatMap(({ testResults }) => testResults.map((file) => [file.name, file])));
  return [...files.values()].flatMap((file) => file.assertionResults);
}
