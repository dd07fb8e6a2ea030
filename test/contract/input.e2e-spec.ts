import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiCreatedResponse, ApiProperty } from '@nestjs/swagger';
import { Ajv } from 'ajv';
import { IsInt, IsOptional, IsString, MaxLength } from 'class-validator';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Public, RequiresRole } from '../../src/core/access/access.decorators.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { User } from '../../src/core/identity/user.entity.js';
import type { Answer, ApiClient } from '../harness/api-client.js';
import { TestApp } from '../harness/app.js';
import { apart, crawl, CRAWL_MS, crawledApp } from '../harness/crawl.js';
import { sql } from '../harness/database.js';
import { handlersOf, isDto } from '../harness/handlers.js';
import { hostileBody, hostilePath, hostileQuery, INJECTIONS } from '../harness/hostile.js';
import { Named } from '../harness/routes.dto.js';
import { TestController } from '../harness/routes.controller.js';
import { type Route, type Schema, takesKey } from '../harness/schemas.js';
import { GIVE, told, type ValidRequest, ValidRequests } from '../harness/valid-requests.js';

const CASES = 200;
const AT_ONCE = 20;
const MEND = 'its DTO must refuse what its service cannot take';

class Nullable {
  @ApiProperty({ maxLength: 100, required: false })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  name?: string;
}

class TooWide {
  @IsInt()
  @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  count: number;
}

class Thing {
  @ApiProperty({ maxLength: 36 })
  id: string;
}

class Unbounded {
  @ApiProperty()
  @IsString()
  text: string;
}

/** Takes what it cannot bear. */
@Controller('planted')
@RequiresRole('member')
class PlantedController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  @Post('nullable')
  @ApiCreatedResponse({ type: Named })
  async nullable(@Body() { name }: Nullable): Promise<Named> {
    const email = `${randomUUID()}@example.org`;
    await this.transactions.run((tx) => tx.insert(User, { id: randomUUID(), email, name: name ?? null! }));
    return { name: 'written' };
  }

  @Post('too-wide')
  @ApiCreatedResponse({ type: Named })
  async tooWide(@Body() { count }: TooWide): Promise<Named> {
    await this.dataSource.query('SELECT $1::int', [count]);
    return { name: 'counted' };
  }

  @Get('things/:id')
  @ApiOkResponse({ type: Named })
  async raw(@Param('id') id: string): Promise<Named> {
    await this.dataSource.query('SELECT FROM users WHERE id = $1', [id]);
    return { name: 'found' };
  }

  @Get('things')
  @ApiOkResponse({ type: [Thing] })
  @Public()
  things(@Query('name') _name: string): Thing[] {
    return [{ id: randomUUID() }];
  }

  @Post('anything')
  @ApiCreatedResponse({ type: Named })
  anything(@Body() body: object): Named {
    return { name: Object.keys(body).join().slice(0, 100) };
  }

  @Post('unbounded')
  @ApiCreatedResponse({ type: Named })
  unbounded(@Body() { text }: Unbounded): Named {
    return { name: text.slice(0, 100) };
  }
}

describe('whatever is sent', () => {
  let test: TestApp;
  let requests: ValidRequests;
  beforeAll(async () => {
    test = await crawledApp([PlantedController, TestController]);
    requests = await ValidRequests.of(test);
  });

  /** The routes of the tests fail in every way that a route can fail; two of them are here for their input. */
  const routes = () => requests.routes.filter(({ path }) => !/^\/v1\/test\/(?!topics|work|notes)/.test(path));

  it(
    '[R-82] #1 is answered by less than 500, and what breaks a rule by 400 with the reason',
    async () => {
      const { own, planted } = apart(await crawl(routes(), fuzz));
      expect(own).toEqual([]);
      expect(planted.map((fault) => fault.split(' ', 4).join(' '))).toEqual([
        'POST /v1/planted/nullable: answers 500',
        'POST /v1/planted/too-wide: answers 500',
        'GET /v1/planted/things/{id}: answers 500',
      ]);
    },
    CRAWL_MS,
  );

  /** @returns the first fault of a route: one is enough to mend it */
  async function fuzz(route: Route): Promise<string | undefined> {
    const owner = await requests.owner(route);
    const request = await requests.make(route, owner);
    const valid = await requests.send(owner.api, request);
    if (valid.status >= 400) return `${told(valid)} to a valid request of its owner: ${GIVE}`;
    const arbitrary = fc.tuple(
      hostilePath(route, request.path),
      hostileQuery(route),
      route.body ? hostileBody(route.body) : fc.constant(undefined),
    );
    let asking = Promise.resolve(owner.api.with(request.headers));
    /** Whoever was deleted by a sample, or has used up the limit of a route, is followed by somebody else. */
    const ask = async (path: string, body: unknown, more = 20): Promise<Answer> => {
      const mine = asking;
      const api = await mine;
      // With a key that is right, where a route needs one: its lack would hide every other fault.
      const keyed = takesKey(route) ? api.with({ 'idempotency-key': randomUUID() }) : api;
      const answer = await keyed.send(route.method, path, body);
      if (more === 0 || !isWornOut(answer)) return answer;
      if (asking === mine) asking = somebodyElse(route);
      return ask(path, body, more - 1);
    };
    const isValid = validatorOf(route.body);
    const samples = fc.sample(arbitrary, { numRuns: CASES, seed: 1 });
    for (let start = 0; start < samples.length; start += AT_ONCE) {
      const faults = await Promise.all(
        samples.slice(start, start + AT_ONCE).map(async ([path, query, body]) => {
          const answer = await ask(`${path}?${query}`, body);
          const breaksRules = typeof body !== 'string' && !isValid(body);
          const explained = answer.body.code === 'MALFORMED_REQUEST' || Array.isArray(answer.body.errors);
          const isRight = answer.status < 500 && (!breaksRules || (answer.status === 400 && explained));
          return isRight
            ? []
            : [`${told(answer)} to ${path.slice(0, 100)}?${query.slice(0, 100)} ${brief(body)}: ${MEND}`];
        }),
      );
      const [first] = faults.flat();
      if (first !== undefined) return first;
    }
    return undefined;
  }

  async function somebodyElse(route: Route): Promise<ApiClient> {
    const owner = await requests.owner(route);
    return owner.api.with((await requests.make(route, owner)).headers);
  }

  it(
    '[R-82] #1 is taken at the bounds that its schema tells, also by the database',
    async () => {
      const withBody = routes().filter(({ body }) => body !== undefined);
      const { own, planted } = apart(
        await crawl(withBody, async (route) => {
          for (const size of ['least', 'most'] as const) {
            const owner = await requests.owner(route);
            const answer = await requests.send(owner.api, await requests.make(route, owner, size));
            if (answer.status >= 400) return `${told(answer)} to the ${size} that its schema allows: ${MEND}`;
          }
          return undefined;
        }),
      );
      expect(own).toEqual([]);
      expect(planted).toEqual([
        `POST /v1/planted/nullable: answers 500 INTERNAL to the least that its schema allows: ${MEND}`,
        `POST /v1/planted/too-wide: answers 500 INTERNAL to the most that its schema allows: ${MEND}`,
      ]);
    },
    CRAWL_MS,
  );

  it('[R-82] #4 is bounded by its schema: every text, number and list, in and out', () => {
    const { own, planted } = apart(routes().flatMap((route) => unboundedOf(route)));
    expect(own).toEqual([]);
    expect(planted).toEqual([
      'GET /v1/planted/things/{id}: parameter id has no bounds: name its DTO, such as ById',
      'GET /v1/planted/things: parameter name has no bounds: name its DTO, such as ById',
      'GET /v1/planted/things: answer has no bounds: give it a maximum in its DTO',
      'POST /v1/planted/unbounded: body.text has no bounds: give it a maximum in its DTO',
    ]);
  });

  it('[R-82] is described by a class that checks it, whole', () => {
    const faults = handlersOf(test).flatMap(({ name, takes }) =>
      takes
        .filter(({ field, type }) => field !== undefined || !isDto(type))
        .map(
          ({ place, field }) => `${name}: ${place}${field ? ` ${field}` : ''} is no DTO: take a class with validators`,
        ),
    );
    expect(faults.filter((fault) => !/^(Planted|Test)Controller/.test(fault))).toEqual([]);
    expect(faults.filter((fault) => fault.startsWith('Planted'))).toEqual([
      'PlantedController.raw: param id is no DTO: take a class with validators',
      'PlantedController.things: query name is no DTO: take a class with validators',
      'PlantedController.anything: body is no DTO: take a class with validators',
    ]);
  });

  it('[R-82] #2 is refused when it is out of range, and not bent into it', async () => {
    const { api } = await test.actor();
    const work = async (limit: string) => (await api.get(`/v1/test/work?limit=${limit}`)).status;
    for (const limit of ['0', '-1', '501', '1000000', 'abc', '', '1.5']) expect(await work(limit)).toBe(400);
    for (const limit of ['1', '500']) expect(await work(limit)).toBe(200);
  });

  it('[R-82] #3 is refused when it is too long or unknown', async () => {
    expect(await test.api.post('/v1/test/topics', { topic: 'x'.repeat(500) })).toMatchObject({ status: 201 });
    expect(await test.api.post('/v1/test/topics', { topic: 'x'.repeat(501) })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/topic', code: 'maxLength' }] },
    });
    expect(await test.api.post('/v1/test/topics', { topic: 'x', more: 1 })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/more', code: 'unknownField' }] },
    });
  });

  it('holds nobody up, however many fields it has', async () => {
    const fields = Array.from({ length: 90_000 }, (_, index) => [`f${index}`, 1]);
    const times: number[] = [];
    // The shortest of several is its own, whatever else the machine does.
    for (let time = 0; time < 5 && Math.min(...times) > 500; time++) {
      const started = performance.now();
      expect(await test.api.post('/v1/test/topics', Object.fromEntries(fields))).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '#', code: 'tooMany' }] },
      });
      times.push(performance.now() - started);
    }
    expect(Math.min(...times)).toBeLessThan(1_000);
  });

  it(
    '[R-32] #1 is never read as SQL',
    async () => {
      const usersBefore = await sql(test.databaseUrl, 'SELECT count(*) FROM users WHERE created_at < now()');
      const faults = await crawl(
        routes().filter(({ path }) => !path.startsWith('/v1/planted')),
        async (route) => {
          const owner = await requests.owner(route);
          const request = await requests.make(route, owner);
          for (const injected of INJECTIONS.flatMap((injection) => injectedInto(request, injection))) {
            const started = performance.now();
            const answer = await requests.send(owner.api, injected);
            const took = Math.round(performance.now() - started);
            if (answer.status >= 500 || took > 1_000) {
              return `${told(answer)} in ${took} ms to ${brief([injected.path, injected.query, injected.body])}: ${MEND}`;
            }
          }
          return undefined;
        },
      );
      expect(faults).toEqual([]);
      const [{ count }] = (await sql(test.databaseUrl, 'SELECT count(*) FROM users')) as [{ count: string }];
      expect(Number(count)).toBeGreaterThanOrEqual(Number((usersBefore as [{ count: string }])[0].count));
      for (const topic of INJECTIONS) {
        expect(await test.api.post('/v1/test/topics', { topic })).toMatchObject({ status: 201, body: { name: topic } });
      }
    },
    CRAWL_MS,
  );
});

/** The request, with an injection in place of each text in turn. */
function injectedInto(request: ValidRequest, injection: string): ValidRequest[] {
  const { route, query } = request;
  const body = request.body instanceof FormData ? {} : { ...request.body };
  const inQuery = [...route.parameters.filter((one) => one.in === 'query').map(({ name }) => name), 'sort'];
  return [
    ...Object.keys(body).map((name) => ({ ...request, body: { ...body, [name]: injection } })),
    ...inQuery.map((name) => ({ ...request, query: { ...query, [name]: injection } })),
    { ...request, path: route.path.replace(/\{\w+\}/g, encodeURIComponent(injection)) },
  ];
}

function validatorOf(body: Schema | undefined): (value: unknown) => boolean {
  if (body === undefined) return () => true;
  return new Ajv({ strict: false, validateFormats: false }).compile({ ...body, additionalProperties: false });
}

const isWornOut = ({ status, body: { code } }: Answer): boolean =>
  status === 429 || (status === 401 && ['SESSION_ENDED', 'TOKEN_EXPIRED', 'UNAUTHENTICATED'].includes(String(code)));

const brief = (value: unknown) => (JSON.stringify(value) ?? '').slice(0, 200);

function unboundedOf({ name, body, parameters, answers }: Route): string[] {
  const said = (fault: string) => `${name}: ${fault}`;
  return [
    ...parameters
      .filter(({ name: parameter, schema }) => unboundedIn(parameter, schema).length > 0)
      .map((parameter) => said(`parameter ${parameter.name} has no bounds: name its DTO, such as ById`)),
    ...(body ? unboundedIn('body', body) : []).map(said),
    ...[...answers.values()].flatMap((answer) => (answer ? unboundedIn('answer', answer).map(said) : [])),
  ];
}

function unboundedIn(at: string, schema: Schema): string[] {
  const { type, enum: values, maxLength, minimum, maximum, maxItems, properties, items, additionalProperties } = schema;
  const isUnbounded =
    (type === 'string' && values === undefined && maxLength === undefined) ||
    (/^(integer|number)$/.test(type ?? '') && (maximum === undefined || minimum === undefined)) ||
    (type === 'array' && maxItems === undefined);
  return [
    ...(isUntold(schema) ? [`${at} tells nothing of itself: give its DTO @ApiProperty()`] : []),
    ...Object.entries(properties ?? {}).flatMap(([property, inner]) => unboundedIn(`${at}.${property}`, inner)),
    ...(items ? unboundedIn(`${at}[]`, items) : []),
    ...(typeof additionalProperties === 'object' ? unboundedIn(`${at}.*`, additionalProperties) : []),
    ...(isUnbounded ? [`${at} has no bounds: give it a maximum in its DTO`] : []),
  ];
}

function isUntold({
  type = 'object',
  enum: values,
  properties = {},
  additionalProperties,
  maxProperties,
}: Schema): boolean {
  // What depends on something else cannot be told, but it can be bounded.
  const isMap = typeof additionalProperties === 'object' || maxProperties !== undefined;
  return type === 'object' && !values && !isMap && Object.keys(properties).length === 0;
}
