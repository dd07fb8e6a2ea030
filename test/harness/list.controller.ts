import { Controller, Get, Module, Query } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import { RequiresRole } from '../../src/core/access/access.decorators.js';
import { PageQuery } from '../../src/core/pagination/page.dto.js';
import { type Page, Pages } from '../../src/core/pagination/pages.js';
import { TestEntryPage, EntryQuery } from './list.dto.js';
import { Entry } from './list.entity.js';

/** Lists as a feature would have them. */
@Controller('test/entries')
@RequiresRole('viewer')
export class EntriesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pages: Pages,
  ) {}

  /** Newest first */
  @Get()
  async newest(@Query() request: EntryQuery): Promise<TestEntryPage> {
    const query = this.entries();
    if (request.kind !== undefined) query.where('entry.kind = :kind', request).orWhere(`entry.kind = 'any'`);
    return toView(await this.pages.read('entries', { desc: ['madeAt', 'id'] }, query, request));
  }

  /** Oldest first */
  @Get('oldest')
  async oldest(@Query() request: PageQuery): Promise<TestEntryPage> {
    return toView(await this.pages.read('entries', { asc: ['madeAt', 'id'] }, this.entries(), request));
  }

  /** By their ids */
  @Get('by-id')
  async byId(@Query() request: PageQuery): Promise<TestEntryPage> {
    return toView(await this.pages.read('entries', 'id', this.entries(), request));
  }

  private entries(): SelectQueryBuilder<Entry> {
    return this.dataSource.manager.createQueryBuilder(Entry, 'entry');
  }
}

const toView = ({ data, page }: Page<Entry>): TestEntryPage => ({ data: data.map(({ id }) => ({ id })), page });

@Module({ imports: [TypeOrmModule.forFeature([Entry])], controllers: [EntriesController] })
export class ListRoutesModule {}
