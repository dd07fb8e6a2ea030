import { Controller, Get, Module } from '@nestjs/common';
import { ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import { RequiresRole } from '../../src/core/access/access.decorators.js';
import { TestApp } from '../harness/app.js';
import { ListRoutesModule } from '../harness/list.controller.js';
import { type List, listsOf } from '../harness/lists.js';
import { Named } from '../harness/routes.dto.js';

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
@Controller('planted')
@RequiresRole('viewer')
class PlantedController {
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

@Module({ controllers: [PlantedController] })
class PlantedModule {}

/** What of a list is not as clients know lists. */
function faultsOf({ route, query, answer }: List): string[] {
  const [limit, cursor] = [query.get('limit'), query.get('cursor')];
  const page = answer.properties?.page;
  const wrong = {
    'takes no limit from 1 to 100, by default 50':
      limit?.type !== 'integer' || limit.minimum !== 1 || limit.maximum !== 100 || limit.default !== 50,
    'takes no cursor': cursor?.type !== 'string' || cursor.maxLength !== 500,
    'answers no {data, page}': answer.properties?.data?.type !== 'array' || !requires(answer, ['data', 'page']),
    'answers no page of {limit, nextCursor}': page === undefined || !requires(page, ['limit', 'nextCursor']),
  };
  return Object.entries(wrong).flatMap(([fault, isSo]) => (isSo ? [`${route} ${fault}`] : []));
}

const requires = ({ properties = {}, required = [] }: List['answer'], names: string[]) =>
  names.every((name) => name in properties && required.includes(name));

describe('every list of the document', () => {
  let lists: List[];
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [ListRoutesModule] });
    lists = listsOf(test.contract);
  });

  it('[R-79] #4 has a limit, a cursor and pages', () => {
    expect(lists.map(({ route }) => route)).toContain('GET /v1/test/entries');
    expect(lists.flatMap(faultsOf)).toEqual([]);
  });

  it('[R-79] #4 is found by what it answers, and named if it has no pages', async () => {
    const planted = await TestApp.start({ modules: [PlantedModule] });
    const faults = listsOf(planted.contract).flatMap(faultsOf);
    for (const route of ['GET /v1/planted/bare', 'GET /v1/planted/wrapped', 'GET /v1/planted/untold']) {
      expect(faults).toContain(`${route} takes no limit from 1 to 100, by default 50`);
      expect(faults).toContain(`${route} takes no cursor`);
      expect(faults).toContain(`${route} answers no {data, page}`);
    }
    expect(faults.filter((fault) => !/planted\/(bare|wrapped|untold) /.test(fault))).toEqual([]);
  });

  it('[R-79] #1 refuses limits out of range and cursors that nobody gave out', async () => {
    const { api } = await test.actor('owner');
    for (const { route, path } of lists) {
      const at = path.replace(/\{\w+\}/g, () => randomUUID());
      for (const query of ['limit=101', 'limit=0', 'limit=-1', 'limit=abc', 'cursor=made-up']) {
        const { status, body } = await api.get(`${at}?${query}`);
        const pointer = `#/${query.split('=')[0]}`;
        expect({ route, query, status, body }).toMatchObject({
          route,
          status: 400,
          body: { code: 'VALIDATION_FAILED', errors: [{ pointer }] },
        });
      }
    }
  });
});
