import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { CurrentActor, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { errorOfConstraint } from '../../src/core/errors/define-error.js';
import { Throws } from '../../src/core/http/openapi.js';
import { scope } from '../../src/core/tenancy/scope.js';
import type { TestApp } from '../harness/app.js';
import { atOnce } from '../harness/at-once.js';
import { apart, crawl, CRAWL_MS, crawledApp } from '../harness/crawl.js';
import { sql } from '../harness/database.js';
import { TestNoteView, WriteTestNote } from '../harness/note.dto.js';
import { TestNoteTaken } from '../harness/notes.controller.js';
import { Note } from '../harness/note.entity.js';
import { type Route, takesKey } from '../harness/schemas.js';
import { GIVE, told, ValidRequests } from '../harness/valid-requests.js';

const TWINS = 8;

const UNIQUE = 'CREATE UNIQUE INDEX planted_stock ON test_notes (organization_id, stock) WHERE stock > 0';

/** Looks whether something is free, and then takes it. */
@Controller('planted')
@RequiresRole('member')
class PlantedController {
  constructor(private readonly transactions: Transactions) {}

  @Post('check-then-act')
  @ApiCreatedResponse({ type: TestNoteView })
  @Throws(TestNoteTaken)
  create(@CurrentActor() actor: Actor, @Body() { text }: WriteTestNote): Promise<TestNoteView> {
    return this.transactions.run(async (tx) => {
      const notes = scope(tx, actor).of(Note);
      if (await notes.findOne({ where: { stock: 1 } })) throw new TestNoteTaken();
      const note = { id: uuidv7(), text: text.slice(0, 60) + uuidv7(), stock: 1 };
      await notes.insert(note);
      return { id: note.id, text };
    });
  }
}

/** Unique keys that a request may run into; one that contains the primary key of its table cannot be violated alone. */
async function nameless(databaseUrl: string): Promise<string[]> {
  const keys = await sql<{ table: string; name: string }>(
    databaseUrl,
    `SELECT i.indrelid::regclass::text AS table, c.relname AS name
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       JOIN pg_index p ON p.indrelid = i.indrelid AND p.indisprimary
       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'organization_id' AND NOT a.attisdropped
      WHERE (i.indisunique OR i.indisexclusion) AND NOT i.indisprimary
        AND NOT i.indkey::int2[] @> p.indkey::int2[] AND c.relnamespace = 'public'::regnamespace`,
  );
  return keys
    .filter(({ name }) => errorOfConstraint(name) === undefined)
    .map(({ table, name }) => `${name} of ${table}: stands for no error: mark one with @Violates('${name}')`);
}

describe('the loser of a race', () => {
  let test: TestApp;
  let requests: ValidRequests;
  beforeAll(async () => {
    test = await crawledApp([PlantedController]);
    requests = await ValidRequests.of(test);
  });

  it(
    'is told by name what it lost, on every route that makes something',
    async () => {
      await sql(test.databaseUrl, UNIQUE);
      const posts = requests.routes.filter(({ method }) => method === 'POST');
      const { own, planted } = apart(await crawl(posts, look));
      expect(own).toEqual([]);
      expect(planted).toEqual([
        'POST /v1/planted/check-then-act: answers 409 CONFLICT to twins that come together: ' +
          'let a constraint decide, and mark its error with @Violates(…)',
      ]);
    },
    CRAWL_MS,
  );

  it('is told what every unique key of an organization stands for', async () => {
    await sql(test.databaseUrl, `${UNIQUE.replace('planted_stock', 'planted_twice')}`);
    expect((await nameless(test.databaseUrl)).filter((fault) => !fault.startsWith('planted_'))).toEqual([]);
    expect(await nameless(test.databaseUrl)).toContain(
      `planted_twice of test_notes: stands for no error: mark one with @Violates('planted_twice')`,
    );
  });

  /** Twins, with a key each. That all of them win is not wrong: what they make may have nothing that is unique. */
  async function look(route: Route): Promise<string | undefined> {
    const owner = await requests.owner(route);
    const request = await requests.make(route, owner);
    const answers = await atOnce(test.databaseUrl, TWINS, () => {
      const headers = { ...request.headers, ...(takesKey(route) && { 'idempotency-key': randomUUID() }) };
      return requests.send(owner.api, { ...request, headers });
    });
    if (!answers.some(({ status }) => status < 400)) {
      return `${told(answers[0]!)} to a valid request of its owner: ${GIVE}`;
    }
    const nameless = answers.find(({ status, body }) => status >= 500 || body.code === 'CONFLICT');
    if (nameless === undefined) return undefined;
    return `${told(nameless)} to twins that come together: let a constraint decide, and mark its error with @Violates(…)`;
  }
});
