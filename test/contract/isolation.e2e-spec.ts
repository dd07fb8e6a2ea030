import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { CurrentActor, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import { NotFound } from '../../src/core/errors/core.errors.js';
import { ById } from '../../src/core/http/by-id.dto.js';
import { Throws } from '../../src/core/http/openapi.js';
import { PageQuery } from '../../src/core/pagination/page.dto.js';
import { Pages } from '../../src/core/pagination/pages.js';
import { scope } from '../../src/core/tenancy/scope.js';
import { ACTOR_HEADER } from '../harness/actors.js';
import type { TestApp } from '../harness/app.js';
import { changed, contentsOf } from '../harness/contents.js';
import { apart, crawl, CRAWL_MS, crawledApp } from '../harness/crawl.js';
import { ListRows } from '../harness/list-rows.js';
import { TestNotePage, TestNoteView, WriteTestNote } from '../harness/note.dto.js';
import { Note } from '../harness/note.entity.js';
import { isList, type Route } from '../harness/schemas.js';
import { GIVE, told, type ValidRequest, ValidRequests } from '../harness/valid-requests.js';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const MEND = 'look up what is named or listed through scope(tx, actor) only';

class CopyNote {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  @IsUUID()
  noteId: string;
}

/** Forgets, in each way in turn, whose a row is. */
@Controller('planted/notes')
@RequiresRole('member')
class PlantedController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pages: Pages,
  ) {}

  @Post()
  @ApiCreatedResponse({ type: TestNoteView })
  async create(@CurrentActor() actor: Actor, @Body() { text }: WriteTestNote): Promise<TestNoteView> {
    const note = { id: uuidv7(), text };
    await scope(this.dataSource.manager, actor).of(Note).insert(note);
    return note;
  }

  @Get()
  @ApiOkResponse({ type: TestNotePage })
  async list(@Query() request: PageQuery): Promise<TestNotePage> {
    const query = this.dataSource.manager.createQueryBuilder(Note, 'note');
    const { data, page } = await this.pages.read('planted', 'id', query, request);
    return { data: data.map(({ id, text }) => ({ id, text })), page };
  }

  @Get(':id')
  @ApiOkResponse({ type: TestNoteView })
  @Throws(NotFound)
  async get(@Param() { id }: ById): Promise<TestNoteView> {
    const [found] = await this.dataSource.query<TestNoteView[]>('SELECT id, text FROM test_notes WHERE id = $1', [id]);
    if (found === undefined) throw new NotFound('The note');
    return found;
  }

  /** Refuses, and changes it all the same */
  @Patch(':id')
  @HttpCode(204)
  @Throws(NotFound)
  async touch(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<void> {
    await this.dataSource.query('UPDATE test_notes SET stock = stock + 1 WHERE id = $1', [id]);
    await scope(this.dataSource.manager, actor).of(Note).get({ id });
  }

  @Post(':id/links')
  @ApiCreatedResponse({ type: TestNoteView })
  @Throws(NotFound)
  async link(@CurrentActor() actor: Actor, @Param() { id }: ById, @Body() { noteId }: CopyNote): Promise<TestNoteView> {
    // Whoever asks for both gets them; but who has the first may name any second one.
    await scope(this.dataSource.manager, actor).of(Note).get({ id });
    return { id, text: noteId };
  }

  @Post('copies')
  @ApiCreatedResponse({ type: TestNoteView })
  copy(@Body() { noteId }: CopyNote): TestNoteView {
    return { id: uuidv7(), text: noteId };
  }
}

describe('another organization', () => {
  let test: TestApp;
  let requests: ValidRequests;
  let secrets: Set<string>;
  beforeAll(async () => {
    test = await crawledApp([PlantedController]);
    requests = await ValidRequests.of(test);
    secrets = await makeEverything();
  });

  it(
    '[R-44] #1 [R-44] #4 is answered 404 to every id, sees none in any list, and changes nothing',
    async () => {
      const closed = requests.routes.filter(({ access, across }) => access !== 'public' && across === undefined);
      const { own, planted } = apart(await crawl(closed, look));
      expect(own).toEqual([]);
      expect(planted).toEqual([
        `GET /v1/planted/notes: shows another organization what it must not know: ${MEND}`,
        `GET /v1/planted/notes/{id}: answers 200 to another organization, which must be 404: ${MEND}`,
        `PATCH /v1/planted/notes/{id}: changes test_notes for another organization: ${MEND}`,
        `POST /v1/planted/notes/{id}/links: answers 201 to another organization's noteId, which must be 404: ${MEND}`,
        `POST /v1/planted/notes/copies: answers 201 to another organization, which must be 404: ${MEND}`,
      ]);
    },
    CRAWL_MS,
  );

  /** The stranger comes between two requests of the owner, of which the second is the very one that they were refused. */
  async function look(route: Route): Promise<string | undefined> {
    const [owner, stranger] = [await requests.owner(route), await requests.owner(route)];
    const first = await requests.send(owner.api, await requests.make(route, owner));
    if (first.status >= 400) return `${told(first)} to a valid request of its owner: ${GIVE}`;
    const request = await requests.make(route, owner);
    if (request.ids.length === 0) return seen(route);
    const before = await contentsOf(test.databaseUrl);
    const refused = await requests.send(stranger.api, withoutSignIn(request));
    if (refused.status !== 404) return `${told(refused)} to another organization, which must be 404: ${MEND}`;
    const tables = changed(before, await contentsOf(test.databaseUrl));
    if (tables.length > 0) return `changes ${tables.join()} for another organization: ${MEND}`;
    const beside = await besideTheirOwn(route, request);
    if (beside) return beside;
    const again = await requests.send(owner.api, request);
    return again.status < 400 ? undefined : `${told(again)} to its owner once a stranger was there: ${MEND}`;
  }

  /** A stranger asks for what is their own, and in the body names what is the owner's. */
  async function besideTheirOwn(route: Route, { body = {}, ids }: ValidRequest): Promise<string | undefined> {
    const foreign = Object.entries(body as Record<string, unknown>).filter(([, value]) =>
      idsIn(value).some((id) => ids.includes(id)),
    );
    for (const [name, value] of foreign) {
      const stranger = await requests.owner(route);
      const own = await requests.make(route, stranger);
      const answer = await requests.send(stranger.api, { ...own, body: { ...own.body, [name]: value } });
      if (answer.status !== 404) return `${told(answer)} to another organization's ${name}, which must be 404: ${MEND}`;
    }
    return undefined;
  }

  /** Where no id is asked for, none may be told. */
  async function seen(route: Route): Promise<string | undefined> {
    const stranger = await requests.owner(route);
    const { body } = await requests.send(stranger.api, await requests.make(route, stranger));
    const leaked = idsIn(body).some((id) => secrets.has(id));
    return leaked ? `shows another organization what it must not know: ${MEND}` : undefined;
  }

  /** Somebody makes one of everything, and others have a row in each list. @returns every id that they were told */
  async function makeEverything(): Promise<Set<string>> {
    const owner = await test.administrator();
    const told = [owner.actor.organizationId, owner.actor.userId];
    const posts = requests.routes.filter(({ method }) => method === 'POST');
    // What goes wrong here goes wrong in the crawl again, and is told there.
    await crawl(posts, async (route) => {
      told.push(...idsIn((await requests.send(owner.api, await requests.make(route, owner))).body));
      return undefined;
    });
    const rows = new ListRows(test.databaseUrl, requests);
    await crawl(requests.routes.filter(isList), async (route) => {
      const { api, url } = await rows.fill(route, 1);
      told.push(...idsIn((await api.get(url({}))).body));
      return undefined;
    });
    return new Set(told);
  }
});

/** Only what is in a request is its owner's, not the sign-in that it may come with. */
function withoutSignIn({ headers, ...request }: ValidRequest): ValidRequest {
  const kept = Object.entries(headers).filter(([name]) => name !== 'authorization' && name !== ACTOR_HEADER);
  return { ...request, headers: Object.fromEntries(kept) };
}

const idsIn = (body: unknown): string[] => (JSON.stringify(body) ?? '').match(UUID) ?? [];
