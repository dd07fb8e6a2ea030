import { ApiProperty } from '@nestjs/swagger';
import { Length } from 'class-validator';
import { PageInfo } from '../../src/core/pagination/page.dto.js';

export class WriteNote {
  @Length(1, 100)
  text: string;
}

export class NoteView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ maxLength: 100 })
  text: string;
}

export class NotePage {
  @ApiProperty({ type: [NoteView], maxItems: 100 })
  data: NoteView[];

  page: PageInfo;
}
