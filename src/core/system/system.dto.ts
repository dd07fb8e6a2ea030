import { ApiProperty } from '@nestjs/swagger';
import { Readiness } from '../health/health.dto.js';

const MANY = Number.MAX_SAFE_INTEGER;

/** A queue of background work. */
export class QueueView {
  @ApiProperty({ maxLength: 120 })
  name: string;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: MANY })
  waiting: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: MANY })
  running: number;

  /** What nobody could do */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: MANY })
  dead: number;

  /** How long the oldest has waited that could have been done, in seconds */
  @ApiProperty({ type: 'number', minimum: 0, maximum: MANY })
  oldestSeconds: number;
}

/** How the whole thing is doing: this process as readiness sees it, and the queues that all share. */
export class SystemView extends Readiness {
  @ApiProperty({ type: [QueueView], maxItems: 1_000 })
  queues: QueueView[];
}
