import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyWorkingTree, type WorkingCopy } from '../harness/working-copy.js';
import { CRAWLED, type Fault, LINTED, REFUSED, UNSTARTABLE } from './planted-faults.js';

const CRAWLS = 'test/contract/.*e2e-spec';

interface Linted {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string; readonly message: string }[];
}

/**
 * Mistakes that people make in a fresh feature, each in one of its own, and the step of `npm run check` that finds it.
 * The features are made from what the generator made, so that it need not run for each.
 */
describe('a fault in a fresh feature', () => {
  let copy: WorkingCopy;
  let fresh: Map<string, string>;
  beforeAll(async () => {
    copy = await copyWorkingTree();
    // What they hold themselves is crawled elsewhere, and takes its time.
    await copy.cut(...(await copy.features()));
    for (const room of ['zeppelins', 'crates']) await copy.run('npx', ['nest', 'g', 'feature', room]);
    fresh = await filesOf('crate');
  }, 120_000);

  it.each(Object.entries<Fault>(REFUSED))('is found before anything runs: %s', async (_name, fault) => {
    expect(await having(fault, 'run', 'sync', '--', '--check')).toMatch(fault.says);
  });

  it.each(Object.entries<Fault>(UNSTARTABLE))('is found by whatever would run: %s', async (_name, fault) => {
    expect(await having(fault, 'test', '--', 'test/contract/versions')).toMatch(fault.says);
  });

  /** What a step that must fail says as long as the fault is there. */
  async function having({ edits }: Fault, ...step: string[]): Promise<string> {
    await copy.write(mistaken(edits));
    const { status, stdout, stderr } = await copy.run('npm', step);
    await copy.write(mistaken({}));
    expect(status).toBe(1);
    return stdout + stderr;
  }

  describe('that runs', () => {
    let linted: string;
    let crawled: string;
    beforeAll(async () => {
      for (const [name, fault] of Object.entries<Fault>({ ...LINTED, ...CRAWLED })) await plant(name, fault);
      linted = await lint();
      await copy.run('npm', ['run', 'sync']);
      ({ stderr: crawled } = await copy.run('npm', ['test', '--', CRAWLS]));
    }, 600_000);

    it.each(Object.entries<Fault>(LINTED))('is found by lint: %s', (name, { says }) => {
      expect(linted).toMatch(named(name, says));
    });

    it.each(Object.entries<Fault>(CRAWLED))('is found by the crawls: %s', (name, { says }) => {
      expect(crawled).toMatch(named(name, says));
    });
  });

  /** The text of every file that the generator made for a thing, by its path. */
  async function filesOf(thing: string): Promise<Map<string, string>> {
    const folder = join('src', 'features', `${thing}s`);
    const sources = (await readdir(join(copy.folder, folder))).map((file) => join(folder, file));
    const migrations = (await readdir(join(copy.folder, 'migrations'))).filter((file) => file.includes(`-${thing}s-`));
    const paths = [...sources, ...migrations.map((file) => join('migrations', file))];
    const texts = paths.map(async (path) => [path, await readFile(join(copy.folder, path), 'utf8')] as const);
    return new Map(await Promise.all(texts));
  }

  /** Makes another feature with one mistake in it. */
  async function plant(name: string, { edits }: Fault): Promise<void> {
    await copy.write(mistaken(edits).map(([path, text]) => [rename(path, name), rename(text, name)]));
    const index = join('src', 'features', 'index.ts');
    const line = rename("export { CratesModule } from './crates/crates.module.js';\n", name);
    await copy.write([[index, (await readFile(join(copy.folder, index), 'utf8')) + line]]);
  }

  /** The files of the fresh feature, of which some differ. */
  function mistaken(edits: Fault['edits']): [path: string, text: string][] {
    const left = new Map(Object.entries(edits));
    const files = [...fresh].map(([path, text]): [string, string] => {
      const kind = path.startsWith('migrations') ? 'migration' : (/\.(\w+)\.ts$/.exec(path)?.[1] ?? '');
      const own = left.get(kind) ?? [];
      left.delete(kind);
      return [path, own.reduce(replaceOnce, text)];
    });
    if (left.size > 0) throw new Error(`no such files: ${[...left.keys()].join()}`);
    return files;
  }

  async function lint(): Promise<string> {
    const { stdout } = await copy.run('npx', ['eslint', 'src/features', '--format', 'json']);
    const files = JSON.parse(stdout) as Linted[];
    return files
      .flatMap(({ filePath, messages }) =>
        messages.map(({ ruleId, message }) => `${filePath.split('/').at(-1)}: ${ruleId}: ${message}`),
      )
      .join('\n');
  }
});

function replaceOnce(text: string, [from, to]: readonly [string, string]): string {
  if (text.split(from).length !== 2) throw new Error(`the generator does not write once: ${from}`);
  return text.replace(from, () => to);
}

const rename = (text: string, name: string) =>
  text
    .replaceAll('crate', name)
    .replaceAll('Crate', name.charAt(0).toUpperCase() + name.slice(1))
    .replaceAll('CRATE', name.toUpperCase());

const named = (name: string, { source }: RegExp) => new RegExp(rename(source, name));
