import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, Length } from 'class-validator';
import { Normalized } from './auth.dto.js';

const CONFIRMATION = ['DELETE'] as const;

export class EraseAccount {
  /** Of the account: a token that was left open somewhere is not enough */
  @Normalized()
  @ApiProperty({ example: 'a long sentence is best' })
  @IsString()
  @Length(1, 128)
  password: string;

  /** That this is meant: there is no way back */
  @ApiProperty({ enum: CONFIRMATION })
  @IsIn(CONFIRMATION)
  confirm: 'DELETE';
}

export class ErasedAccount {
  /** What is left in the books */
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  erased: boolean;
}
