import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import { v7 as uuidv7 } from 'uuid';
import { DataSource } from 'typeorm';
import { CurrentActor, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import { IdempotencyKey } from '../../src/core/idempotency/idempotency-key.decorator.js';
import { scope } from '../../src/core/tenancy/scope.js';
import type { TestApp } from '../harness/app.js';
import { changed, contentsOf } from '../harness/contents.js';
import { apart, crawl, CRAWL_MS, crawledApp } from '../harness/crawl.js';
import { TestNoteView, WriteTestNote } from '../harness/note.dto.js';
import { Note } from '../harness/note.entity.js';
import { Named } from '../harness/routes.dto.js';
import { type Route, takesKey } from '../harness/schemas.js';
import { GIVE, told, ValidRequests } from '../harness/valid-requests.js';

const MEND = 'pass the key to Idempotency.once, and return its result as it is';

/** Takes a key and makes nothing of it. */
@Controller('planted')
@RequiresRole('member')
class PlantedController {
  constructor(private readonly dataSource: DataSource) {}

  @Post('ignores')
  @ApiCreatedResponse({ type: TestNoteView })
  async ignores(@CurrentActor() actor: Actor, @Body() { text }: WriteTestNote, @IdempotencyKey() _key: string) {
    const note = { id: uuidv7(), text: text.slice(0, 60) + uuidv7() };
    await scope(this.dataSource.manager, actor).of(Note).insert(note);
    return note;
  }

  @Post('forgets')
  @HttpCode(200)
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiOkResponse({ type: Named })
  forgets(): Named {
    return { name: 'whatever' };
  }
}

describe('every route that takes a key', () => {
  let test: TestApp;
  let requests: ValidRequests;
  beforeAll(async () => {
    test = await crawledApp([PlantedController]);
    requests = await ValidRequests.of(test);
  });

  it(
    '[R-62] refuses a request without one, and answers the second with one as the first, doing nothing',
    async () => {
      const keyed = requests.routes.filter(takesKey);
      expect(keyed.map(({ name }) => name)).toContain('POST /v1/test/notes');
      const { own, planted } = apart(await crawl(keyed, look));
      expect(own).toEqual([]);
      expect(planted).toEqual([
        `POST /v1/planted/ignores: does again what is asked for again with the same key: ${MEND}`,
        `POST /v1/planted/forgets: answers 200 without a key, which must be IDEMPOTENCY_KEY_REQUIRED: take @IdempotencyKey()`,
      ]);
    },
    CRAWL_MS,
  );

  async function look(route: Route): Promise<string | undefined> {
    const owner = await requests.owner(route);
    const request = await requests.make(route, owner);
    const first = await requests.send(owner.api, request);
    if (first.status >= 400) return `${told(first)} to a valid request of its owner: ${GIVE}`;
    const before = await contentsOf(test.databaseUrl);
    const again = await requests.send(owner.api, request);
    const isSame = again.status === first.status && JSON.stringify(again.body) === JSON.stringify(first.body);
    const tables = changed(before, await contentsOf(test.databaseUrl));
    const without = await requests.send(owner.api, { ...request, headers: {} });
    if (without.body.code !== 'IDEMPOTENCY_KEY_REQUIRED') {
      return `${told(without)} without a key, which must be IDEMPOTENCY_KEY_REQUIRED: take @IdempotencyKey()`;
    }
    if (!isSame || tables.length > 0) return `does again what is asked for again with the same key: ${MEND}`;
    return again.headers.get('idempotent-replayed') === 'true' ? undefined : `does not say that it replays: ${MEND}`;
  }
});
