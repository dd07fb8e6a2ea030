import { IsBoolean, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IfPresent } from '../../src/core/http/fields.js';

export class Purchase {
  @IsString()
  @MaxLength(50)
  thing: string;

  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(10_000)
  takesMs?: number;

  @IfPresent()
  @IsBoolean()
  isRefused?: boolean;
}

/** The properties do not stand in the order of the alphabet, and one of them becomes text only in JSON. */
export class TestPurchaseView {
  @ApiProperty({ maxLength: 50 })
  thing: string;

  @ApiProperty({ maxLength: 36 })
  id: string;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  at: Date;
}
