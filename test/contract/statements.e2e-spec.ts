import { Controller, Get, Module, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { RequiresRole } from '../../src/core/access/access.decorators.js';
import { PageQuery } from '../../src/core/pagination/page.dto.js';
import { TestApp } from '../harness/app.js';
import { sql } from '../harness/database.js';
import { ListRoutesModule } from '../harness/list.controller.js';
import { EntryPage } from '../harness/list.dto.js';
import { ENTRIES } from '../harness/list.entity.js';
import { addRows, rowsOfLists } from '../harness/list-rows.js';
import { listsOf } from '../harness/lists.js';
import { statementsOf } from '../harness/statements.js';

const MOST = 5;
const ENTRY_ROWS = `INSERT INTO test_entries SELECT gen_random_uuid(), now(), 'some' FROM generate_series(1, :count)`;

/** Asks the database again for each row. */
@Controller('planted')
@RequiresRole('viewer')
class PlantedController {
  constructor(private readonly dataSource: DataSource) {}

  @Get('row-by-row')
  @ApiOkResponse({ type: EntryPage })
  async list(@Query() { limit }: PageQuery): Promise<EntryPage> {
    const data: EntryPage['data'] = [];
    while (data.length < limit) data.push(...(await this.dataSource.query<[]>('SELECT gen_random_uuid() AS id')));
    return { data, page: { limit, nextCursor: null } };
  }
}

@Module({ controllers: [PlantedController] })
class PlantedModule {}

describe('every list of the document', () => {
  let test: TestApp;
  let rows: Map<string, string>;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [ListRoutesModule, PlantedModule] });
    await sql(test.databaseUrl, ENTRIES);
    const entries = ['', '/oldest', '/by-id'].map((path) => [`GET /v1/test/entries${path}`, ENTRY_ROWS] as const);
    rows = new Map([...rowsOfLists(), ...entries, ['GET /v1/planted/row-by-row', 'SELECT']]);
  });

  /** How many statements a list takes to answer this many rows, and everything else that it can answer. */
  async function countFor(route: string, path: string, count: number): Promise<number> {
    const { actor, api } = await test.actor('owner');
    const added = await addRows(test.databaseUrl, rows.get(route) ?? '', actor, count);
    const at = path.replace(/\{(\w+)\}/g, (_match, name: string) => String(added[name]));
    let answered = 0;
    const statements = await statementsOf(test, async () => {
      const { body } = await api.get<EntryPage>(`${at}?limit=${count}&total=true`);
      answered = body.data.length;
    });
    expect({ route, answered }).toEqual({ route, answered: count });
    return statements.length;
  }

  it('[R-33] #1 takes as many statements for 100 rows as for one, and at most 5', async () => {
    const faults: string[] = [];
    for (const { route, path } of listsOf(test.contract)) {
      if (!rows.has(route)) throw new Error(`${route}: no file *.rows.sql says how to fill it`);
      const [one, hundred] = [await countFor(route, path, 1), await countFor(route, path, 100)];
      if (one !== hundred || hundred > MOST) faults.push(`${route}: ${one} for 1 row, ${hundred} for 100`);
    }
    expect(faults).toEqual(['GET /v1/planted/row-by-row: 1 for 1 row, 100 for 100']);
  });

  it('is counted with its transactions, however a statement is sent', async () => {
    const dataSource = test.app.get(DataSource);
    const sent = await statementsOf(test, async () => {
      await dataSource.query('SELECT 1');
      await dataSource.transaction((tx) => tx.query('SELECT $1::int', [2]));
      await dataSource.transaction((tx) => tx.query('SELECT 3'));
    });
    expect(sent.map(({ text }) => text.split(' ')[0])).toEqual([
      'SELECT',
      'START',
      'SELECT',
      'COMMIT',
      'START',
      'SELECT',
      'COMMIT',
    ]);
  });
});
