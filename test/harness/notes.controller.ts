import { Body, Controller, Get, Module, Param, Patch, Query } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CurrentActor, Public, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { NotFound } from '../../src/core/errors/core.errors.js';
import { Throws } from '../../src/core/http/openapi.js';
import { PageQuery } from '../../src/core/pagination/page.dto.js';
import { AcrossOrganizations } from '../../src/core/tenancy/across-organizations.decorator.js';
import { acrossOrganizations, scope } from '../../src/core/tenancy/scope.js';
import { Note } from './note.entity.js';
import { NoteList, NoteView, UpdateNote } from './note.dto.js';

export const NOTES = `CREATE TABLE test_notes (
  id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations (id), text varchar(100) NOT NULL,
  stock int NOT NULL)`;
export const FOR_EVERYBODY = 'published notes are for everybody';

/** Notes of organizations. */
@Controller('test/notes')
@RequiresRole('member')
export class NotesController {
  constructor(private readonly transactions: Transactions) {}

  @Get('published')
  @Public()
  @AcrossOrganizations(FOR_EVERYBODY)
  published(@Query() { limit }: PageQuery): Promise<NoteList> {
    return this.transactions.run(async (tx) => {
      const data = await acrossOrganizations(tx, FOR_EVERYBODY).of(Note).find({ take: limit });
      return { data: data.map(({ id, text }) => ({ id, text })) };
    });
  }

  @Get(':id')
  @Throws(NotFound)
  get(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<NoteView> {
    return this.transactions.run((tx) => scope(tx, actor).of(Note).get({ id }, 'The note'));
  }

  @Patch(':id')
  @Throws(NotFound)
  update(@CurrentActor() actor: Actor, @Param('id') id: string, @Body() { text }: UpdateNote): Promise<NoteView> {
    return this.transactions.run(async (tx) => {
      const notes = scope(tx, actor).of(Note);
      await notes.get({ id }, 'The note');
      await notes.update({ id }, { text });
      return { id, text };
    });
  }
}

@Module({ imports: [TypeOrmModule.forFeature([Note])], controllers: [NotesController] })
export class NotesModule {}
