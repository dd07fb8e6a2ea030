import { Matches, MaxLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { type Outcome } from './inbox.service.js';

const OUTCOMES: readonly Outcome[] = ['processed', 'ignored', 'duplicate', 'dead'];

/** The path of a provider. */
export class OfProvider {
  @ApiProperty({ maxLength: 50, example: 'stripe', pattern: '^[a-z0-9-]+$' })
  @MaxLength(50)
  @Matches(/^[a-z0-9-]+$/)
  provider: string;
}

/** Tells the provider not to send it again. */
export class EventReceived {
  /** What came of the event, for people who look at the answers: the provider only needs the status */
  @ApiProperty({ enum: OUTCOMES })
  outcome: Outcome;
}
