import { ApiProperty } from '@nestjs/swagger';
import { Length } from 'class-validator';

export class RenameTestPerson {
  @Length(1, 100)
  name: string;
}

export class TestPersonView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ maxLength: 100 })
  name: string;
}
