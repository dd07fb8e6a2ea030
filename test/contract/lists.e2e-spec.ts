import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { CurrentActor, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import { PageQuery } from '../../src/core/pagination/page.dto.js';
import { Pages } from '../../src/core/pagination/pages.js';
import { scope } from '../../src/core/tenancy/scope.js';
import type { TestApp } from '../harness/app.js';
import { apart, crawl, CRAWL_MS, crawledApp } from '../harness/crawl.js';
import { sql } from '../harness/database.js';
import { EntriesController } from '../harness/list.controller.js';
import { TestEntryPage } from '../harness/list.dto.js';
import { ENTRIES } from '../harness/list.entity.js';
import { type FilledList, ListRows } from '../harness/list-rows.js';
import { isList, type Route, type Schema } from '../harness/schemas.js';
import { Note } from '../harness/note.entity.js';
import { TestNotePage } from '../harness/note.dto.js';
import { Named } from '../harness/routes.dto.js';
import { statementsOf } from '../harness/statements.js';
import { GIVE, told, ValidRequests } from '../harness/valid-requests.js';

const MOST = 5;
const REFUSED = [
  ['limit', '101'],
  ['limit', '0'],
  ['limit', '-1'],
  ['limit', 'abc'],
  ['cursor', 'made-up'],
] as const;
const ENTRY_ROWS = `INSERT INTO test_entries SELECT gen_random_uuid(), now(), 'some' FROM generate_series(1, :count)`;
const NOTE_ROWS = `INSERT INTO test_notes SELECT gen_random_uuid(), :organizationId, gen_random_uuid() FROM generate_series(1, :count)`;

class Wrapped {
  @ApiProperty({ type: [Named] })
  items: Named[];
}

class Tagged {
  @ApiProperty({ maxLength: 36 })
  id: string;

  @ApiProperty({ type: [String] })
  tags: string[];
}

/** Lists that end with their table, and something that is no list. */
@Controller('planted/endless')
@RequiresRole('viewer')
class EndlessController {
  @Get('bare')
  @ApiOkResponse({ type: [Named] })
  bare(): Named[] {
    return [];
  }

  @Get('wrapped')
  @ApiOkResponse({ type: Wrapped })
  wrapped(): Wrapped {
    return { items: [] };
  }

  @Get('untold')
  @ApiOkResponse({ type: Object })
  untold(): Promise<unknown> {
    return Promise.resolve([]);
  }

  @Get('tagged')
  @ApiOkResponse({ type: Tagged })
  tagged(): Tagged {
    return { id: '1', tags: [] };
  }
}

/** A list that does not listen to its cursor. */
@Controller('planted/deaf')
@RequiresRole('viewer')
class DeafController {
  @Get()
  @ApiOkResponse({ type: TestNotePage })
  list(@Query() { limit }: PageQuery): TestNotePage {
    return { data: [], page: { limit, nextCursor: null } };
  }
}

/** Lists that cost more with every row. */
@Controller('planted/costly')
@RequiresRole('viewer')
class CostlyController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pages: Pages,
  ) {}

  @Get('row-by-row')
  @ApiOkResponse({ type: TestNotePage })
  async rowByRow(@CurrentActor() actor: Actor, @Query() request: PageQuery): Promise<TestNotePage> {
    const mine = scope(this.dataSource.manager, actor).of(Note);
    const { data, page } = await this.pages.read('row-by-row', 'id', mine.select('note'), request);
    const views = [];
    for (const { id } of data) views.push(await mine.get({ id }));
    return { data: views.map(({ id, text }) => ({ id, text })), page };
  }

  @Get('miscounted')
  @ApiOkResponse({ type: TestNotePage })
  async miscounted(@CurrentActor() actor: Actor, @Query() request: PageQuery): Promise<TestNotePage> {
    const mine = scope(this.dataSource.manager, actor).of(Note).select('note');
    const { data, page } = await this.pages.read('miscounted', 'id', mine, request);
    const total = (page.total ?? 0) + 1;
    return { data: data.map(({ id, text }) => ({ id, text })), page: { ...page, total } };
  }

  @Get('sorted')
  @ApiOkResponse({ type: TestNotePage })
  async sorted(@CurrentActor() actor: Actor, @Query() request: PageQuery): Promise<TestNotePage> {
    const mine = scope(this.dataSource.manager, actor).of(Note).select('note');
    const { data, page } = await this.pages.read('sorted', { desc: ['stock', 'id'] }, mine, request);
    return { data: data.map(({ id, text }) => ({ id, text })), page };
  }
}

/** What of a list is not as clients know lists. */
function faultsOf({ name, parameters, answers }: Route): string[] {
  const query = new Map(parameters.map((parameter) => [parameter.name, parameter.schema]));
  const [limit, cursor, answer] = [query.get('limit'), query.get('cursor'), answers.get(200) ?? {}];
  const page = answer.properties?.page;
  const wrong = {
    'takes no limit from 1 to 100, by default 50':
      limit?.type !== 'integer' || limit.minimum !== 1 || limit.maximum !== 100 || limit.default !== 50,
    'takes no cursor': cursor?.type !== 'string' || cursor.maxLength !== 500,
    'answers no {data, page}': answer.properties?.data?.type !== 'array' || !requires(answer, ['data', 'page']),
    'answers no page of {limit, nextCursor}': page === undefined || !requires(page, ['limit', 'nextCursor']),
  };
  return Object.entries(wrong).flatMap(([fault, isSo]) =>
    isSo ? [`${name}: ${fault}: take a PageQuery and answer what Pages.read gives`] : [],
  );
}

const requires = ({ properties = {}, required = [] }: Schema, names: string[]) =>
  names.every((name) => name in properties && required.includes(name));

describe('every list of the document', () => {
  let test: TestApp;
  let requests: ValidRequests;
  let rows: ListRows;
  let lists: Route[];
  beforeAll(async () => {
    test = await crawledApp([EntriesController, EndlessController, DeafController, CostlyController]);
    await sql(test.databaseUrl, ENTRIES);
    requests = await ValidRequests.of(test);
    rows = new ListRows(test.databaseUrl, requests, {
      'GET /v1/test/entries': ENTRY_ROWS,
      'GET /v1/test/entries/oldest': ENTRY_ROWS,
      'GET /v1/test/entries/by-id': ENTRY_ROWS,
      'GET /v1/test/notes/published': NOTE_ROWS,
      'GET /v1/test/notes/all': NOTE_ROWS,
      'GET /v1/planted/costly/row-by-row': NOTE_ROWS,
      'GET /v1/planted/costly/miscounted': NOTE_ROWS,
      'GET /v1/planted/costly/sorted': NOTE_ROWS,
    });
    lists = requests.routes.filter(isList);
  });

  const endful = () => lists.filter(({ path }) => !/^\/v1\/planted\/(endless|deaf)/.test(path));

  it('[R-79] #4 has a limit, a cursor and pages', () => {
    const { own, planted } = apart(lists.flatMap(faultsOf));
    expect(own).toEqual([]);
    expect(new Set(lists.map(({ name }) => name))).toContain('GET /v1/test/notes');
    for (const route of ['bare', 'wrapped', 'untold']) {
      const said = `GET /v1/planted/endless/${route}: takes no limit from 1 to 100, by default 50: take a PageQuery`;
      expect(planted).toContainEqual(expect.stringContaining(said));
      expect(planted).toContainEqual(expect.stringContaining(`${route}: takes no cursor`));
      expect(planted).toContainEqual(expect.stringContaining(`${route}: answers no {data, page}`));
    }
    expect(planted.filter((fault) => !/endless\/(bare|wrapped|untold): /.test(fault))).toEqual([]);
  });

  it(
    '[R-79] #1 refuses limits out of range and cursors that nobody gave out',
    async () => {
      const asking = lists.filter(({ path }) => !path.startsWith('/v1/planted/endless'));
      const faults = await crawl(asking, async (route) => {
        const owner = await requests.owner(route);
        const request = await requests.make(route, owner);
        const valid = await requests.send(owner.api, request);
        if (valid.status !== 200) return `${told(valid)} to a valid request of its owner: ${GIVE}`;
        for (const [name, value] of REFUSED) {
          const answer = await requests.send(owner.api, { ...request, query: { ...request.query, [name]: value } });
          const { code, errors } = answer.body as { code?: string; errors?: { pointer: string }[] };
          const isExplained = code === 'VALIDATION_FAILED' && errors?.[0]?.pointer === `#/${name}`;
          if (!isExplained) return `${told(answer)} to ${name}=${value}: take a PageQuery and pass it to Pages.read`;
        }
        return undefined;
      });
      const { own, planted } = apart(faults);
      expect(own).toEqual([]);
      expect(planted).toEqual([
        'GET /v1/planted/deaf: answers 200 to cursor=made-up: take a PageQuery and pass it to Pages.read',
      ]);
    },
    CRAWL_MS,
  );

  it(
    '[R-33] #1 takes as many statements for 100 rows as for one, and at most 5',
    async () => {
      const { own, planted } = apart(
        await crawl(endful(), async (route) => {
          const [one, hundred] = [await countFor(route, 1), await countFor(route, 100)];
          if (one === hundred && hundred <= MOST) return undefined;
          return `takes ${one} statements for 1 row and ${hundred} for 100: read what belongs to all rows in one`;
        }),
      );
      expect(own).toEqual([]);
      expect(planted).toEqual([
        'GET /v1/planted/costly/row-by-row: takes 3 statements for 1 row and 102 for 100: read what belongs to all rows in one',
      ]);
    },
    CRAWL_MS,
  );

  it(
    '[R-29] is read by an index of its order',
    async () => {
      const { own, planted } = apart(
        await crawl(endful(), async (route) => {
          const wrong = await detoursOf(await rows.fill(route, 3));
          if (wrong.length === 0) return undefined;
          return `its page needs ${wrong.join(' and ')}: add an index of what it compares by = and then its order`;
        }),
      );
      expect(own).toEqual([]);
      expect(planted).toEqual([
        expect.stringMatching(/^GET \/v1\/planted\/costly\/sorted: its page needs (Sort|a Filter)/),
      ]);
    },
    CRAWL_MS,
  );

  it(
    '[R-79] shows each row on one of its pages',
    async () => {
      const { own, planted } = apart(
        await crawl(endful(), async (route) => {
          const [walked, total] = await walk(await rows.fill(route, 12));
          // What everybody may see has rows of others too.
          if (walked === total && walked >= 12) return undefined;
          return `shows ${walked} of ${total} rows on its pages: end its order with an id that is unique`;
        }),
      );
      expect(own).toEqual([]);
      expect(planted).toEqual([
        'GET /v1/planted/costly/miscounted: shows 12 of 13 rows on its pages: end its order with an id that is unique',
      ]);
    },
    CRAWL_MS,
  );

  /**
   * How many statements a list takes to answer this many rows, and everything else that it can answer: the fewest of
   * some times, since what is remembered of its caller is now and then looked up again.
   */
  async function countFor(route: Route, count: number): Promise<number> {
    const list = await rows.fill(route, count);
    let fewest = Infinity;
    for (let time = 0; time < 3; time++) {
      let answered = 0;
      const statements = await statementsOf(test, async () => {
        answered = (await read(list, { limit: String(count), total: 'true' })).data.length;
      });
      if (answered !== count)
        throw new Error(`answers ${answered} of ${count} rows: its *.rows.sql is not for the actor`);
      fewest = Math.min(fewest, statements.length);
    }
    return fewest;
  }

  /** How many rows its pages have together, and how many it said there were at the start: to look may add one. */
  async function walk(list: FilledList): Promise<[walked: number, total?: number]> {
    let walked = 0;
    let total: number | undefined;
    for (let query: Record<string, string> = {}; ;) {
      const { data, page } = await read(list, { limit: '5', total: 'true', ...query });
      walked += data.length;
      total ??= page.total;
      if (page.nextCursor === null) return [walked, total];
      query = { cursor: page.nextCursor };
    }
  }

  /** What the planner would have to do beside following an index, for the second of the pages with one row. */
  async function detoursOf(list: FilledList): Promise<string[]> {
    const { page: first } = await read(list, { limit: '1' });
    const sent = await statementsOf(test, () => read(list, { limit: '1', cursor: first.nextCursor ?? '' }));
    // One more than was asked for, and not the LIMIT 1 of what the list belongs to.
    const page = sent.find(({ text, values }) => limitOf(text, values) === 2);
    if (page === undefined) throw new Error('sends no statement with LIMIT 2 for limit=1: read it with Pages.read');
    // With few rows the planner would not care for an index: this is how it says whether it has one.
    const url = new URL(test.databaseUrl);
    url.searchParams.set('options', '-c enable_seqscan=off -c enable_sort=off -c enable_bitmapscan=off');
    const plan = await sql(url.href, ['EXPLAIN (FORMAT JSON)', page.text].join(' '), page.values);
    return [...new Set(JSON.stringify(plan).match(/"(Seq Scan|Sort|Incremental Sort)"|"Filter"/g))].map((found) =>
      found === '"Filter"' ? 'a Filter' : found.slice(1, -1),
    );
  }

  async function read({ api, url }: FilledList, query: Record<string, string>): Promise<TestEntryPage> {
    const answer = await api.get<TestEntryPage & Record<string, unknown>>(url(query));
    if (answer.status !== 200) throw new Error(`${told(answer)} to a valid request of its owner: ${GIVE}`);
    return answer.body;
  }
});

function limitOf(text: string, values: readonly unknown[]): number {
  const { limit, parameter } = / LIMIT (?:(?<limit>\d+)|\$(?<parameter>\d+))/.exec(text)?.groups ?? {};
  return Number(parameter === undefined ? limit : values[Number(parameter) - 1]);
}
