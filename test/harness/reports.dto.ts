import { IsIn, IsInt, Max, Min } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IfPresent } from '../../src/core/http/fields.js';

const ENDINGS = ['done', 'breaks', 'refused', 'hangs'] as const;

/** What is asked of a report. */
export class ReportRequest {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100 })
  @IsInt()
  @Min(0)
  @Max(100)
  pages: number;

  /** Milliseconds for each page */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 60_000, required: false })
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(60_000)
  pace?: number;

  @ApiProperty({ enum: ENDINGS, required: false })
  @IfPresent()
  @IsIn(ENDINGS)
  ending?: (typeof ENDINGS)[number];
}

export class Report {
  pages: number;
}
