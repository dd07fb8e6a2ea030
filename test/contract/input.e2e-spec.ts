import { Ajv } from 'ajv';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { type ApiClient } from '../harness/api-client.js';
import { TestApp } from '../harness/app.js';
import { sql } from '../harness/database.js';
import { TestRoutesModule } from '../harness/routes.controller.js';

const CASES = 200;
const AT_ONCE = 20;
const INJECTIONS = [
  `' OR 1=1--`,
  `{"$gt":""}`,
  `;drop table users`,
  `id;select pg_sleep(5)`,
  `'); SELECT pg_sleep(5); --`,
];

type Schema = Record<string, unknown> & { properties?: Record<string, Schema>; required?: string[] };
interface Operation {
  readonly method: string;
  readonly path: string;
  readonly body?: Schema;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
}

/** Whatever a client might send instead of what it should. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', '\0', '\ud800', -1, 0, 1e308, 2 ** 53, '1e309', [], {}, [[[[]]]], true),
  fc.constantFrom(...INJECTIONS),
  fc.string({ unit: 'binary', maxLength: 2_000 }),
  fc.string({ minLength: 600, maxLength: 5_000 }),
  fc.double(),
  fc.array(fc.string(), { maxLength: 200 }),
  fc.jsonValue({ maxDepth: 6 }),
  fc.constant(Array.from({ length: 200 }).reduce<unknown>((inner) => ({ inner }), 1)),
);

/** Now and then what is right, so that the fault in another field is what is found. */
function valueFor(schema: Schema): fc.Arbitrary<unknown> {
  const plain = fc.string({
    minLength: Number(schema.minLength ?? 0),
    maxLength: Number(schema.maxLength ?? 50),
    unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'),
  });
  const right =
    schema.format === 'email'
      ? plain.map((text) => `${text.slice(0, 40)}x@example.org`)
      : schema.type === 'integer'
        ? fc.integer({ min: Number(schema.minimum ?? 0), max: Number(schema.maximum ?? 100) })
        : plain;
  return fc.oneof({ weight: 2, arbitrary: right }, { weight: 1, arbitrary: hostile });
}

function bodyFor({ properties = {} }: Schema): fc.Arbitrary<unknown> {
  const shape = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valueFor(schema)])),
    { requiredKeys: [] },
  );
  const withMore = fc
    .tuple(shape, fc.constantFrom('extra', '__proto__', 'constructor', 'prototype', 'toString'), hostile)
    .map(([body, key, value]) => JSON.stringify({ ...body, PLACEHOLDER: value }).replace('PLACEHOLDER', key));
  const malformed = fc.constantFrom('{', '{"a":', 'null', '[]', '"text"', '1', '{"a":1}}', `[${'['.repeat(5_000)}`);
  return fc.oneof(
    { weight: 6, arbitrary: shape },
    { weight: 2, arbitrary: withMore },
    { weight: 1, arbitrary: malformed },
    { weight: 1, arbitrary: hostile },
  );
}

function queryFor({ parameters }: Operation): fc.Arbitrary<string> {
  const known = parameters.filter((parameter) => parameter.in === 'query');
  const pairs = fc.array(
    fc.tuple(fc.constantFrom(...known.map(({ name }) => name), 'extra', '__proto__', 'sort'), hostile),
    { maxLength: 4 },
  );
  return pairs.map((list) => {
    const texts = list.map(([name, value]) => [
      name,
      typeof value === 'string' ? value.toWellFormed() : String(JSON.stringify(value)),
    ]);
    return new URLSearchParams(texts).toString();
  });
}

describe('whatever is sent', () => {
  let test: TestApp;
  let api: ApiClient;
  let operations: Operation[];
  beforeAll(async () => {
    test = await TestApp.start({ modules: [TestRoutesModule] });
    ({ api } = await test.actor());
    operations = test.contract
      .operations()
      .filter(({ path }) => !path.startsWith('/v1/test/') || /topics|work/.test(path))
      .map(({ method, path, operation }) => ({
        method: method.toUpperCase(),
        path,
        body: schemaOf(operation.requestBody),
        parameters: (operation.parameters ?? []) as unknown as Operation['parameters'],
      }));
  });

  /** With a key that is right, where a route needs one: its lack would hide every other fault. */
  const send = (...request: Parameters<ApiClient['send']>) =>
    api.with({ 'idempotency-key': randomUUID() }).send(...request);

  function schemaOf(requestBody: object | undefined): Schema | undefined {
    const reference = (requestBody as { content?: Record<string, { schema: { $ref?: string } }> } | undefined)
      ?.content?.['application/json']?.schema.$ref;
    return test.contract.document.components?.schemas?.[reference?.split('/').at(-1) ?? ''] as Schema | undefined;
  }

  it('[R-82] #1 is answered by less than 500, and what breaks a rule by 400 with the reason', async () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const faults: string[] = [];
    for (const operation of operations) {
      const arbitrary = fc.tuple(
        queryFor(operation),
        operation.body ? bodyFor(operation.body) : fc.constant(undefined),
      );
      const samples = fc.sample(arbitrary, { numRuns: CASES, seed: 1 });
      const isValid = operation.body ? ajv.compile({ ...operation.body, additionalProperties: false }) : undefined;
      for (let start = 0; start < samples.length; start += AT_ONCE) {
        await Promise.all(
          samples.slice(start, start + AT_ONCE).map(async ([query, body]) => {
            const { status, body: answer } = await send(operation.method, `${operation.path}?${query}`, body);
            const breaksRules = isValid !== undefined && typeof body !== 'string' && !isValid(body);
            const explained = answer.code === 'MALFORMED_REQUEST' || Array.isArray(answer.errors);
            if (status >= 500 || (breaksRules && !(status === 400 && explained))) {
              faults.push(
                `${operation.method} ${operation.path}?${query} ${status} ${JSON.stringify(body)?.slice(0, 200)}`,
              );
            }
          }),
        );
      }
    }
    expect(operations.length).toBeGreaterThan(3);
    expect(faults).toEqual([]);
  }, 120_000);

  it('[R-82] #2 is refused when it is out of range, and not bent into it', async () => {
    const work = async (limit: string) => (await api.get(`/v1/test/work?limit=${limit}`)).status;
    for (const limit of ['0', '-1', '501', '1000000', 'abc', '', '1.5']) expect(await work(limit)).toBe(400);
    for (const limit of ['1', '500']) expect(await work(limit)).toBe(200);
  });

  it('[R-82] #3 is refused when it is too long or unknown', async () => {
    expect(await api.post('/v1/test/topics', { topic: 'x'.repeat(500) })).toMatchObject({ status: 201 });
    expect(await api.post('/v1/test/topics', { topic: 'x'.repeat(501) })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/topic', code: 'maxLength' }] },
    });
    expect(await api.post('/v1/test/topics', { topic: 'x', more: 1 })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/more', code: 'unknownField' }] },
    });
  });

  it('holds nobody up, however many fields it has', async () => {
    const fields = Array.from({ length: 90_000 }, (_, index) => [`f${index}`, 1]);
    const started = performance.now();
    expect(await api.post('/v1/test/topics', Object.fromEntries(fields))).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#', code: 'tooMany' }] },
    });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('[R-32] #1 is never read as SQL', async () => {
    const usersBefore = await sql(test.databaseUrl, 'SELECT count(*) FROM users');
    for (const { method, path, body, parameters } of operations) {
      const places = [...Object.keys(body?.properties ?? {}), ...parameters.map(({ name }) => name), 'sort'];
      for (const place of places) {
        for (const injection of INJECTIONS) {
          const inBody = body !== undefined && place in (body.properties ?? {});
          const query = inBody ? '' : `?${new URLSearchParams({ [place]: injection }).toString()}`;
          const started = performance.now();
          const { status } = await send(method, `${path}${query}`, body && (inBody ? { [place]: injection } : {}));
          expect(performance.now() - started).toBeLessThan(1_000);
          expect(status).toBeLessThan(500);
        }
      }
    }
    expect(await sql(test.databaseUrl, 'SELECT count(*) FROM users')).toEqual(usersBefore);
    const { api: somebody } = await test.actor();
    for (const topic of INJECTIONS) {
      expect(await somebody.post('/v1/test/topics', { topic })).toMatchObject({ status: 201, body: { name: topic } });
    }
  });
});
