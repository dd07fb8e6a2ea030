import { Validator } from '@seriousme/openapi-schema-validator';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { previewApi } from '../../src/preview.js';
import { TestApp } from '../harness/app.js';
import { ROOT } from '../harness/process.js';

const OUTSIDE_OF_V1 = ['/health/live', '/health/ready', '/metrics'];
const PRODUCTION = { NODE_ENV: 'production', DB_SSL_MODE: 'disable', APP_ORIGINS: 'https://app.example.org' };

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

interface Planted {
  readonly paths: Record<string, object>;
  readonly components: { readonly schemas: Record<string, { properties: Record<string, Schema>; required: string[] }> };
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

  it('[R-84] #2 can be read at /docs in development and not at all in production', async () => {
    expect(await test.api.get('/docs')).toMatchObject({ status: 200 });
    const production = await TestApp.start({ env: PRODUCTION });
    for (const path of ['/docs', '/docs/', '/openapi.json', '/docs-json', '/docs/swagger-ui-bundle.js']) {
      expect({ path, ...(await production.api.get(path)) }).toMatchObject({ path, status: 404 });
    }
  });

  it('[R-83] #1 has every business route under /v1 and none beside it', async () => {
    for (const { method, path } of test.contract.operations()) {
      if (OUTSIDE_OF_V1.includes(path)) continue;
      expect(path).toMatch(/^\/v1\//);
      const unversioned = path.replace('/v1', '');
      expect(await test.api.send(method.toUpperCase(), unversioned)).toMatchObject({ status: 404 });
    }
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

  it('[R-82] #4 bounds every text, number and list, in and out', () => {
    const { components, paths } = test.contract.document;
    const parameters = Object.values(paths).flatMap((path) =>
      Object.values(path as Record<string, { parameters?: { name: string; schema: Schema }[] }>).flatMap(
        (operation) => operation.parameters ?? [],
      ),
    );
    const unbounded = [
      ...Object.entries(components?.schemas ?? {}).flatMap(([name, schema]) => unboundedIn(name, schema as Schema)),
      ...parameters.flatMap(({ name, schema }) => unboundedIn(`parameter ${name}`, schema)),
    ];
    expect(unbounded).toEqual([]);
    const planted = { type: 'object', properties: { text: { type: 'string' }, list: { type: 'array', items: {} } } };
    expect(unboundedIn('planted', planted)).toEqual(['planted.text', 'planted.list']);
  });
});

function unboundedIn(name: string, schema: Schema): string[] {
  const isUnbounded =
    (schema.type === 'string' && schema.enum === undefined && schema.maxLength === undefined) ||
    (/^(integer|number)$/.test(schema.type ?? '') && (schema.maximum === undefined || schema.minimum === undefined)) ||
    (schema.type === 'array' && schema.maxItems === undefined);
  const inner = [
    ...Object.entries(schema.properties ?? {}).map(([property, value]) => [`${name}.${property}`, value] as const),
    ...(schema.items ? [[`${name}[]`, schema.items] as const] : []),
    ...(schema.allOf ?? []).map((part) => [name, part] as const),
    ...(typeof schema.additionalProperties === 'object' ? [[`${name}.*`, schema.additionalProperties] as const] : []),
  ];
  return [...(isUnbounded ? [name] : []), ...inner.flatMap(([at, part]) => unboundedIn(at, part))];
}
