import { Validator } from '@seriousme/openapi-schema-validator';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { previewApi } from '../../src/preview.js';
import { TestApp } from '../harness/app.js';
import { ROOT } from '../harness/process.js';

const PRODUCTION = { NODE_ENV: 'production', DB_SSL_MODE: 'disable', APP_ORIGINS: 'https://app.example.org' };

/** Whoever has signed out is nobody to be shown anything. */
const LEAVES_NOTHING = /\/logout$/;

interface Operation {
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema?: object }> }>;
}

interface Planted {
  readonly paths: Record<string, object>;
  readonly components: { readonly schemas: Record<string, { properties: Record<string, object>; required: string[] }> };
}

describe('the document of the API', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start();
  });

  it('[R-84] #1 is valid OpenAPI, and is what is committed and served', async () => {
    const served = await test.api.get('/openapi.json');
    expect(await new Validator().validate(structuredClone(served.body))).toMatchObject({ valid: true });
    const committed = JSON.parse(await readFile(join(ROOT, 'openapi.json'), 'utf8')) as unknown;
    expect(JSON.parse(JSON.stringify(await previewApi()))).toEqual(committed);
    expect(served.body).toEqual(committed);
  });

  it('[R-84] means one thing by each name of a schema, of which it keeps the last one only', async () => {
    const source = join(ROOT, 'src');
    const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.dto.ts'));
    const texts = await Promise.all(files.map((file) => readFile(join(source, file), 'utf8')));
    const names = texts.flatMap((text) => [...text.matchAll(/^export class (\w+)/gm)].map(([, name]) => name));
    expect(names).toContain('Problem');
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it('[R-84] #2 can be read at /docs in development and not at all in production', async () => {
    expect(await test.api.get('/docs')).toMatchObject({ status: 200 });
    const production = await TestApp.start({ env: PRODUCTION });
    for (const path of ['/docs', '/docs/', '/openapi.json', '/docs-json', '/docs/swagger-ui-bundle.js']) {
      expect({ path, ...(await production.api.get(path)) }).toMatchObject({ path, status: 404 });
    }
  });

  /** What clients would have to ask for again: changes whose answer does not show what came of them. */
  const silentChanges = (paths: Record<string, Record<string, Operation>>) =>
    Object.entries(paths).flatMap(([path, operations]) =>
      ['post', 'put', 'patch'].flatMap((method) => {
        const operation = operations[method];
        const shown = Object.entries(operation?.responses ?? {}).filter(
          ([status, { content }]) => status.startsWith('2') && content?.['application/json']?.schema !== undefined,
        );
        return operation === undefined || LEAVES_NOTHING.test(path) || shown.length > 0
          ? []
          : [`${method} ${path}: its answer shows nothing: return the new state, or the job`];
      }),
    );

  it('[R-75] #2 shows for every change what came of it', () => {
    const { paths } = test.contract.document as unknown as { paths: Record<string, Record<string, Operation>> };
    expect(silentChanges(paths)).toEqual([]);
    expect(silentChanges({ '/v1/planted': { post: { responses: { 204: {} } } } })).toHaveLength(1);
  });

  it('[R-83] #2 is not released with a field less, a field more to send, or another type', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aerie-'));
    const [before, after] = [join(folder, 'before.json'), join(folder, 'after.json')];
    const compare = async (change: (document: Planted) => void) => {
      const document = JSON.parse(JSON.stringify(test.contract.document)) as Planted;
      await writeFile(before, JSON.stringify(document));
      change(document);
      await writeFile(after, JSON.stringify(document));
      const script = join(ROOT, 'scripts', 'breaking-changes.ts');
      return spawnSync(process.execPath, [script, before, after], { encoding: 'utf8' });
    };
    const planted = (schema: string, change: (schema: Planted['components']['schemas'][string]) => void) =>
      compare((document) => {
        const found = document.components.schemas[schema];
        if (found === undefined) throw new Error(`no schema ${schema}`);
        change(found);
      });

    expect(await compare(() => undefined)).toMatchObject({ status: 0 });
    const broken = [
      await planted('Readiness', ({ properties }) => delete properties.version),
      await planted('Readiness', ({ properties }) => (properties.version = { type: 'integer' })),
      await planted('Readiness', ({ required }) => required.pop()),
      await compare((document) => delete document.paths['/health/ready']),
    ];
    for (const { status, stderr } of broken) {
      expect(status).toBe(1);
      expect(stderr).toContain('/health/ready');
    }
    await rm(folder, { recursive: true });
  });
});
