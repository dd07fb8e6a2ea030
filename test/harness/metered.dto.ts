import { IsIn, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IfPresent } from '../../src/core/http/fields.js';

export const MOVES = ['charge', 'reserve', 'capture', 'release', 'refund'] as const;
const ENDINGS = ['done', 'breaks', 'hangs'] as const;

/** One call of the meter. */
export class Move {
  @ApiProperty({ enum: MOVES })
  @IsIn(MOVES)
  move: (typeof MOVES)[number];

  @ApiProperty({ maxLength: 200 })
  @IsString()
  @MaxLength(200)
  reference: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 1_000_000 })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  amount: number;
}

export class MoveOutcome {
  /** Whether anything moved, where the meter tells */
  @ApiProperty({ type: 'boolean' })
  moved: boolean;
}

/** Work that costs credits. */
export class MeteredWork {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 1_000_000 })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  cost: number;

  @ApiProperty({ enum: ENDINGS, required: false })
  @IfPresent()
  @IsIn(ENDINGS)
  ending?: (typeof ENDINGS)[number];
}

/** What its job is told. */
export class MeteredInput {
  reference: string;
  ending: string;
}

export class MeteredResult {}
