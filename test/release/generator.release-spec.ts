import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyWorkingTree, expectGreen, type WorkingCopy } from '../harness/working-copy.js';

/**
 * What somebody does with the generators, in the order of the tests: they share a copy, because building takes time. The
 * names are such that no real feature has them.
 */
describe('nest g', () => {
  let copy: WorkingCopy;
  beforeAll(async () => {
    copy = await copyWorkingTree();
  });

  const path = (...parts: string[]) => join(copy.folder, ...parts);
  const generate = (...args: string[]) => copy.run('npx', ['nest', 'g', ...args]);
  const npm = (...args: string[]) => copy.run('npm', args);

  it('feature makes a room, wires it, and writes what follows from it', async () => {
    for (const room of ['zeppelins', 'paper-boats']) {
      const { stdout, stderr } = await generate('feature', room);
      expect(stdout).toContain(`CREATE src/features/${room}/${room}.service.ts`);
      expect(stderr).toContain('aerie: wrote .env.example, openapi.json, docs/routes.md');
    }
    expect(await readFile(path('docs', 'routes.md'), 'utf8')).toMatch(/`GET \/v1\/paper-boats\/\{id\}`/);
    expect(await readFile(path('.env.example'), 'utf8')).toContain('\nPAPER_BOATS_PER_ORGANIZATION=10000\n');
    expectGreen(await npm('run', 'sync', '--', '--check'));
  });

  it('feature refuses, in one line and before anything changes', async () => {
    await mkdir(path('src', 'features', 'dirty'));
    await appendFile(path('src', 'features', 'dirty', 'left.txt'), 'something');
    const before = await copy.changes();
    const refused = {
      '': 'say what the feature is called: npx nest g feature invoices',
      zeppelins: 'src/features/zeppelins is there already',
      dirty: 'src/features/dirty is there already',
      '2nd': '"2nd" is no name for a feature: write it in kebab-case, as price-lists',
      snake_case: '"snake_case" is no name for a feature: write it in kebab-case, as price-lists',
      'names-that-are-longer-than-postgresql-allows':
        'the table names_that_are_longer_than_postgresql_allows would need a name of at most 29 characters',
      users:
        'the table users exists already, in migrations/1763700000000-core-identity.ts: choose another name than users',
      paper: 'paper-boats and paper begin alike, and nobody could tell their migrations apart',
      http: 'the configuration http exists already, in src/core/http/http.config.ts: choose another name than http',
      modules: 'Module means something else in the code of a feature: choose another name than modules',
    };
    for (const [name, reason] of Object.entries(refused)) {
      const { stdout, stderr } = await generate('feature', ...(name === '' ? [] : [name]));
      expect({ name, stderr, stdout }).toEqual({ name, stderr: `aerie: ${reason}\n`, stdout: 'Nothing to be done.\n' });
    }
    expect(await generate('feature', 'rafts', '--dry-run')).toMatchObject({ stderr: '' });
    expect(await copy.changes()).toBe(before);
    await rm(path('src', 'features', 'dirty'), { recursive: true });
  });

  it('module, controller, service and resource fit in: they are linted, built and tested beside the features', async () => {
    const before = await copy.changes();
    for (const schematic of ['mo', 'co', 's']) await generate(schematic, 'features/gliders');
    await generate('res', 'features/balloons', '--type', 'rest', '--crud');
    await generate('resource', 'features/kites', '--type', 'rest', '--crud', '--no-spec');
    const index = await readFile(path('src', 'features', 'index.ts'), 'utf8');
    const wired = index.match(/\w+(?=Module )/g) ?? [];
    expect(wired).toEqual(expect.arrayContaining(['Gliders', 'Balloons', 'Kites']));
    expect(wired).toEqual(wired.toSorted());
    expectGreen(await npm('run', 'lint'));
    expectGreen(await npm('run', 'build'));
    const tests = await npm('test', '--', 'features/gliders', 'features/balloons');
    expectGreen(tests);
    expect(tests.stderr).toContain('Tests:       4 passed, 4 total');
    await copy.cut('gliders', 'balloons', 'kites');
    expect(await copy.changes()).toBe(before);
  });

  it('feature is cut without a trace', async () => {
    await copy.cut('zeppelins', 'paper-boats');
    expectGreen(await npm('run', 'sync'));
    expect(await copy.changes()).toBe('');
  });

  it('what came with the house is cut as well, one after the other', async () => {
    for (const room of await copy.features()) {
      await copy.cut(room);
      expectGreen(await npm('run', 'sync'));
    }
    expectGreen(await npm('test', '--', 'test/contract/(versions|schema|openapi).e2e'));
  });

  it('feature keeps every promise that the house makes, with nothing beside it but core', async () => {
    for (const room of ['zeppelins', 'paper-boats']) await generate('feature', room);
    expectGreen(await npm('test', '--', 'features/zeppelins', 'features/paper-boats', 'test/contract'));
  });
});
