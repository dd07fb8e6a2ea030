import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

export class UpdateNote {
  @IsString()
  @MaxLength(100)
  text: string;
}

export class NoteView {
  @ApiProperty({ maxLength: 36 })
  id: string;

  @ApiProperty({ maxLength: 100 })
  text: string;
}

export class NoteList {
  @ApiProperty({ type: [NoteView], maxItems: 100 })
  data: NoteView[];
}
