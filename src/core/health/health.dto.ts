import { ApiProperty } from '@nestjs/swagger';

export class Liveness {
  @ApiProperty({ enum: ['up'] })
  status: 'up';

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  timestamp: string;
}

export class Readiness {
  @ApiProperty({ enum: ['up', 'degraded', 'down'] })
  status: 'up' | 'degraded' | 'down';

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  timestamp: string;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 })
  uptimeSeconds: number;

  @ApiProperty({ maxLength: 50 })
  version: string;

  @ApiProperty({ maxLength: 20 })
  environment: string;

  /** By name: how each thing that this process needs is doing */
  @ApiProperty({
    type: 'object',
    additionalProperties: {
      type: 'object',
      required: ['status'],
      properties: {
        status: { type: 'string', enum: ['up', 'degraded', 'disabled', 'down', 'timeout'] },
        latencyMs: { type: 'number', minimum: 0, maximum: 1e9 },
      },
    },
  })
  checks: Record<string, CheckResult>;
}

export interface CheckResult {
  readonly status: 'up' | 'degraded' | 'disabled' | 'down' | 'timeout';
  readonly latencyMs?: number;
}
