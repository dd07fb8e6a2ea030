import { ApiProperty } from '@nestjs/swagger';
import { Length } from 'class-validator';
import { PageInfo } from '../../src/core/pagination/page.dto.js';

export class WriteTestNote {
  @Length(1, 100)
  text: string;
}

export class TestNoteView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ maxLength: 100 })
  text: string;
}

export class TestNotePage {
  @ApiProperty({ type: [TestNoteView], maxItems: 100 })
  data: TestNoteView[];

  page: PageInfo;
}
