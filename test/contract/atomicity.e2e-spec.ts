import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse } from '@nestjs/swagger';
import { v7 as uuidv7 } from 'uuid';
import { CurrentActor, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { scope } from '../../src/core/tenancy/scope.js';
import type { Answer } from '../harness/api-client.js';
import type { TestApp } from '../harness/app.js';
import { changed, contentsOf } from '../harness/contents.js';
import { apart, crawl, CRAWL_MS, crawledApp } from '../harness/crawl.js';
import { sql } from '../harness/database.js';
import { TestNoteView, WriteTestNote } from '../harness/note.dto.js';
import { Note } from '../harness/note.entity.js';
import type { Route } from '../harness/schemas.js';
import { statementsOf } from '../harness/statements.js';
import {
  GIVE,
  givenRows,
  type KeptRows,
  type Owner,
  told,
  type ValidRequest,
  ValidRequests,
} from '../harness/valid-requests.js';

const FAILS = `DO $$ BEGIN RAISE EXCEPTION 'planted'; END $$`;
const WRITES = /^\s*(INSERT|UPDATE|DELETE|MERGE|WITH)\b/;

/** Without those that come by the clock. */
const JOBS = `SELECT count(*) FROM pgboss.job WHERE name NOT IN (SELECT name FROM pgboss.schedule) AND name NOT LIKE '\\_\\_%'`;

/** Writes twice, and may be killed in between. */
@Controller('planted')
@RequiresRole('member')
class PlantedController {
  constructor(private readonly transactions: Transactions) {}

  @Post('two-transactions')
  @ApiCreatedResponse({ type: TestNoteView })
  async create(@CurrentActor() actor: Actor, @Body() { text }: WriteTestNote): Promise<TestNoteView> {
    const notes = [text, `${text.slice(0, 60)} once more`].map((each) => ({ id: uuidv7(), text: each, stock: 0 }));
    for (const note of notes) await this.transactions.run((tx) => scope(tx, actor).of(Note).insert(note));
    return { id: notes[0]!.id, text };
  }
}

describe('every route that writes', () => {
  let test: TestApp;
  let requests: ValidRequests;
  let kept: KeptRows;
  beforeAll(async () => {
    kept = await givenRows();
    test = await crawledApp([PlantedController]);
    requests = await ValidRequests.of(test);
  });

  it(
    '[R-26] #1 does all of it or nothing, at whatever step it fails',
    async () => {
      const { own, planted } = apart(
        await crawl(
          requests.routes.filter(({ method }) => method !== 'GET'),
          look,
        ),
      );
      expect(own).toEqual([]);
      expect(planted).toEqual([
        'POST /v1/planted/two-transactions: leaves something in test_notes when its step 2 fails: write it in one transaction',
      ]);
    },
    CRAWL_MS,
  );

  const contents = async () => {
    const [jobs] = await sql<{ count: string }>(test.databaseUrl, JOBS);
    return (await contentsOf(test.databaseUrl)).set('pgboss.job', String(jobs?.count));
  };

  /** Each time it fails one step later, until it fails no more. */
  async function look(route: Route): Promise<string | undefined> {
    for (let failing = 1; ; failing++) {
      const owner = await requests.owner(route);
      const request = await requests.make(route, owner);
      const before = await contents();
      const { isReached, answer } = await ask(owner, request, failing);
      if (!isReached) return answer.status < 400 ? undefined : `${told(answer)} to a valid request: ${GIVE}`;
      if (answer.status < 400) continue;
      const tables = changed(before, await contents()).filter((table) => kept[route.name]?.includes(table) !== true);
      if (tables.length > 0) {
        return `leaves something in ${tables.join(', ')} when its step ${failing} fails: write it in one transaction`;
      }
    }
  }

  async function ask({ api }: Owner, request: ValidRequest, failing: number) {
    let step = 0;
    let answer: Answer | undefined;
    await statementsOf(
      test,
      async () => (answer = await requests.send(api, request)),
      ({ text }) => (WRITES.test(text) && ++step === failing ? FAILS : undefined),
    );
    return { isReached: step >= failing, answer: answer as Answer };
  }
});
