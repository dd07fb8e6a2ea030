import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { IfPresent } from '../../src/core/http/fields.js';
import { PageInfo, PageQuery } from '../../src/core/pagination/page.dto.js';

export class EntryQuery extends PageQuery {
  /** Of this kind, or of kind `any` */
  @IfPresent()
  @IsString()
  @MaxLength(20)
  kind?: string;
}

export class TestEntryView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;
}

export class TestEntryPage {
  @ApiProperty({ type: [TestEntryView], maxItems: 100 })
  data: TestEntryView[];

  page: PageInfo;
}
