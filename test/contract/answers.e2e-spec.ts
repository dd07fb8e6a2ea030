import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RequiresRole } from '../../src/core/access/access.decorators.js';
import { Conflict } from '../../src/core/errors/core.errors.js';
import { defineError, errorCatalogue } from '../../src/core/errors/define-error.js';
import type { TestApp } from '../harness/app.js';
import { apart, crawl, CRAWL_MS, crawledApp } from '../harness/crawl.js';
import { ROOT } from '../harness/process.js';
import { Named } from '../harness/routes.dto.js';
import type { Route } from '../harness/schemas.js';
import { GIVE, told, ValidRequests } from '../harness/valid-requests.js';

class Unmentioned extends defineError('conflict', 'PLANTED_UNMENTIONED') {
  constructor() {
    super('Nobody mentions this.');
  }
}

/** Answers what its document does not say. */
@Controller('planted')
@RequiresRole('viewer')
class PlantedController {
  @Get('lies')
  @ApiOkResponse({ type: Named })
  lies(): object {
    return { name: 42 };
  }

  @Get('untold')
  untold(): object {
    return { name: 'told nowhere' };
  }

  @Get('empty')
  @ApiOkResponse({ type: Named })
  empty(): void {}

  @Get('text')
  @ApiOkResponse({ type: Named })
  text(): string {
    return 'text';
  }

  @Get('more')
  @ApiOkResponse({ type: Named })
  more(): Named {
    return Object.assign(new Named(), { name: 'more', passwordHash: 'secret' });
  }

  @Get('conflicts')
  @ApiOkResponse({ type: Named })
  conflicts(): Named {
    throw new Conflict();
  }
}

/** Codes that no route documents: whoever meets one finds nothing about it. Core has some for whatever routes come. */
async function undocumented(test: TestApp): Promise<string[]> {
  const cores = await codesOfCore();
  const documented = JSON.stringify(test.contract.operations().map(({ operation }) => operation.responses));
  return errorCatalogue()
    .filter(({ code }) => !cores.has(code) && !documented.includes(`"${code}"`))
    .map(({ code }) => `${code}: no route documents it: add @Throws(…) to those that answer it, or delete it`);
}

async function codesOfCore(): Promise<Set<string>> {
  const core = join(ROOT, 'src', 'core');
  const files = (await readdir(core, { recursive: true })).filter((file) => file.endsWith('.errors.ts'));
  const texts = await Promise.all(files.map((file) => readFile(join(core, file), 'utf8')));
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/defineError\('\w+', '(\w+)'\)/g)].map(([, code = '']) => code)),
  );
}

describe('every answer', () => {
  let test: TestApp;
  let requests: ValidRequests;
  beforeAll(async () => {
    test = await crawledApp([PlantedController]);
    requests = await ValidRequests.of(test);
  });

  /** The client of the tests holds it against the schema, and throws. */
  async function look(route: Route): Promise<string | undefined> {
    const owner = await requests.owner(route);
    const answer = await requests.send(owner.api, await requests.make(route, owner));
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
    if (answer.status >= 400) return `${told(answer)} to a valid request of its owner: ${GIVE}`;
    if (isJson && route.answers.get(answer.status) === undefined) return `${told(answer)} without a schema`;
    return undefined;
  }

  it(
    '[R-84] #1 is as its schema says',
    async () => {
      const { own, planted } = apart(await crawl(requests.routes, look));
      expect(own).toEqual([]);
      expect(planted).toEqual([
        expect.stringContaining('a body that its schema does not allow: body/name must be string'),
        expect.stringContaining('GET /v1/planted/untold answered 200 application/json, which is not documented: name'),
        expect.stringContaining('GET /v1/planted/empty answered 200 nothing, which is not documented'),
        expect.stringContaining('GET /v1/planted/text answered 200 text/plain, which is not documented'),
        expect.stringContaining('a body that its schema does not allow: body must NOT have additional properties'),
        expect.stringContaining('GET /v1/planted/conflicts answered 409, which is not documented: add @Throws(…).'),
      ]);
    },
    CRAWL_MS,
  );

  it('[R-84] #1 with an error has a code that the catalogue and the document know', async () => {
    expect(new Unmentioned().code).toBe('PLANTED_UNMENTIONED');
    expect(await undocumented(test)).toEqual([
      'PLANTED_UNMENTIONED: no route documents it: add @Throws(…) to those that answer it, or delete it',
    ]);
    expect(test.contract.problemCodes().enum).toEqual(errorCatalogue().map(({ code }) => code));
  });
});
