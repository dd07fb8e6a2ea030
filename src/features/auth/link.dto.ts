import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import type { Duration } from '../../core/time/duration.js';

export class LinkToken {
  /** What the link in the mail carries behind `#token=` */
  @IsString()
  @Length(1, 200)
  token: string;
}

/** Whether there was anybody to send a link to is not told. */
export class LinkSent {
  /** Seconds until a link expires that was mailed now */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 259_200 })
  expiresIn: number;
}

/** Whose link it was. */
export class OwnAddress {
  @ApiProperty({ format: 'email', maxLength: 254 })
  email: string;
}

export const linkSent = ({ milliseconds }: Duration): LinkSent => ({ expiresIn: milliseconds / 1_000 });
