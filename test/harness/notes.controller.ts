import { Body, Controller, Delete, Get, HttpCode, Module, Param, Patch, Post, Query } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { CurrentActor, Public, RequiresAdministrator, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { NotFound } from '../../src/core/errors/core.errors.js';
import { defineError, Violates } from '../../src/core/errors/define-error.js';
import { ById } from '../../src/core/http/by-id.dto.js';
import { Throws } from '../../src/core/http/openapi.js';
import { IdempotencyKey } from '../../src/core/idempotency/idempotency-key.decorator.js';
import { Idempotency } from '../../src/core/idempotency/idempotency.service.js';
import { PageQuery } from '../../src/core/pagination/page.dto.js';
import { Pages } from '../../src/core/pagination/pages.js';
import { AcrossOrganizations } from '../../src/core/tenancy/across-organizations.decorator.js';
import { acrossOrganizations, scope } from '../../src/core/tenancy/scope.js';
import { TestNotePage, TestNoteView, WriteTestNote } from './note.dto.js';
import { Note } from './note.entity.js';

export const FOR_EVERYBODY = 'published notes are for everybody';
export const FOR_ADMINISTRATORS = 'administrators look after all notes';

@Violates('test_notes_organization_id_text_key')
export class TestNoteTaken extends defineError('conflict', 'TEST_NOTE_TAKEN') {
  constructor() {
    super('There is a note with this text.');
  }
}

/** Notes of organizations, as a feature would have them. What else is planted in tests differs from it in one thing. */
@Controller('test/notes')
@RequiresRole('member')
export class NotesController {
  constructor(
    readonly dataSource: DataSource,
    readonly transactions: Transactions,
    readonly idempotency: Idempotency,
    readonly pages: Pages,
  ) {}

  @Post()
  @Throws(TestNoteTaken)
  create(
    @CurrentActor() actor: Actor,
    @Body() request: WriteTestNote,
    @IdempotencyKey() key: string,
  ): Promise<TestNoteView> {
    return this.idempotency.once({ actor, operation: 'notes.create', key, request }, async (tx) => {
      const note = { id: uuidv7(), text: request.text };
      await scope(tx, actor).of(Note).insert(note);
      return note;
    });
  }

  @Get()
  list(@CurrentActor() actor: Actor, @Query() request: PageQuery): Promise<TestNotePage> {
    return this.page('notes', scope(this.dataSource.manager, actor).of(Note).select('note'), request);
  }

  @Get('published')
  @Public()
  @AcrossOrganizations(FOR_EVERYBODY)
  published(@Query() request: PageQuery): Promise<TestNotePage> {
    const everybodys = acrossOrganizations(this.dataSource.manager, FOR_EVERYBODY).of(Note).select('note');
    return this.page('published notes', everybodys, request);
  }

  @Get('all')
  @RequiresAdministrator()
  @AcrossOrganizations(FOR_ADMINISTRATORS)
  all(@Query() request: PageQuery): Promise<TestNotePage> {
    const everybodys = acrossOrganizations(this.dataSource.manager, FOR_ADMINISTRATORS).of(Note).select('note');
    return this.page('all notes', everybodys, request);
  }

  @Get(':id')
  @Throws(NotFound)
  async get(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<TestNoteView> {
    return toView(await scope(this.dataSource.manager, actor).of(Note).get({ id }, 'The note'));
  }

  @Patch(':id')
  @Throws(NotFound, TestNoteTaken)
  update(@CurrentActor() actor: Actor, @Param() { id }: ById, @Body() { text }: WriteTestNote): Promise<TestNoteView> {
    return this.transactions.run(async (tx) => {
      if ((await scope(tx, actor).of(Note).update({ id }, { text })) === 0) throw new NotFound('The note');
      return { id, text };
    });
  }

  @Delete(':id')
  @HttpCode(204)
  @Throws(NotFound)
  async remove(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<void> {
    await this.transactions.run(async (tx) => {
      if ((await scope(tx, actor).of(Note).delete({ id })) === 0) throw new NotFound('The note');
    });
  }

  private async page(name: string, query: SelectQueryBuilder<Note>, request: PageQuery): Promise<TestNotePage> {
    const { data, page } = await this.pages.read(name, 'id', query, request);
    return { data: data.map(toView), page };
  }
}

const toView = ({ id, text }: Note): TestNoteView => ({ id, text });

@Module({ imports: [TypeOrmModule.forFeature([Note])], controllers: [NotesController] })
export class NotesModule {}
