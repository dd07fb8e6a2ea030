import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Transform } from 'class-transformer';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const DIGITS = /^-?\d{1,9}$/;

/** Which part of a list is wanted. */
export class PageQuery {
  /** Most entries in the answer */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 50 })
  @Transform(({ value }) => (typeof value === 'string' && DIGITS.test(value) ? Number(value) : (value as unknown)))
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 50;

  /** `page.nextCursor` of the answer before */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;
}

/** Where the list goes on. */
export class PageInfo {
  /** Most entries that were asked for */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100 })
  limit: number;

  /** Pass it as `cursor` to go on; null at the end */
  @ApiProperty({ type: 'string', nullable: true, maxLength: 500 })
  nextCursor: string | null;
}
