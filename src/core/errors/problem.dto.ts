import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** One fault in the input. */
export class ProblemFault {
  /** JSON pointer to the faulty value */
  @ApiProperty({ maxLength: 500 })
  pointer: string;

  @ApiProperty({ maxLength: 100 })
  code: string;

  @ApiProperty({ maxLength: 500 })
  detail: string;
}

/** Problem details as of RFC 9457, the body of every failure. */
export class Problem {
  @ApiProperty({ format: 'uri-reference', maxLength: 200 })
  type: string;

  @ApiProperty({ maxLength: 100 })
  title: string;

  @ApiProperty({ minimum: 400, maximum: 599, type: 'integer' })
  status: number;

  @ApiProperty({ maxLength: 2000 })
  detail: string;

  /** Path of the request */
  @ApiProperty({ maxLength: 2000 })
  instance: string;

  /** Stable, machine-readable */
  @ApiProperty({ maxLength: 100 })
  code: string;

  @ApiProperty({ maxLength: 128 })
  requestId: string;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  timestamp: string;

  @ApiPropertyOptional({ type: [ProblemFault], maxItems: 100 })
  errors?: ProblemFault[];

  /** Facts of the domain */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  details?: Record<string, unknown>;

  /** In development only */
  @ApiPropertyOptional({ maxLength: 20000 })
  stack?: string;
}
