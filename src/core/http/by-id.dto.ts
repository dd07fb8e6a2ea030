import { ApiProperty } from '@nestjs/swagger';
import { IsId } from './fields.js';

/** The path of one thing. What is not a UUID is refused with 400, before a statement is made of it. */
export class ById {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  @IsId()
  id: string;
}
