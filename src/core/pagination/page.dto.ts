import { IsBoolean, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { Transform } from 'class-transformer';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent } from '../http/fields.js';

const DIGITS = /^-?\d{1,9}$/;
const BOOLEANS = new Map<unknown, boolean>([
  ['true', true],
  ['false', false],
]);

/** Which part of a list is wanted. */
export class PageQuery {
  /** Most entries in the answer */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 50 })
  @Transform(({ value }) => (typeof value === 'string' && DIGITS.test(value) ? Number(value) : (value as unknown)))
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 50;

  /** `page.nextCursor` of the answer before */
  @IfPresent()
  @IsString()
  @MaxLength(500)
  cursor?: string;

  /** Whether the answer says how many entries the whole list has */
  @ApiPropertyOptional({ type: 'boolean', default: false })
  @Transform(({ value }) => BOOLEANS.get(value) ?? (value as unknown))
  @IfPresent()
  @IsBoolean()
  total: boolean = false;
}

/** Where the list goes on. */
export class PageInfo {
  /** Most entries that were asked for */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100 })
  limit: number;

  /** Pass it as `cursor` to go on; null at the end */
  @ApiProperty({ type: 'string', nullable: true, maxLength: 500 })
  nextCursor: string | null;

  /** Entries of the whole list, if `total=true` asked for it */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  total?: number;
}
