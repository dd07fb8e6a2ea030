import { ApiProperty } from '@nestjs/swagger';

/** What has to be found: a number for which the derived key begins with `keyPrefix`. */
export class AltchaParameters {
  @ApiProperty({ maxLength: 50, example: 'PBKDF2/SHA-256' })
  algorithm: string;

  @ApiProperty({ maxLength: 100 })
  nonce: string;

  @ApiProperty({ maxLength: 100 })
  salt: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100_000 })
  cost: number;

  @ApiProperty({ type: 'integer', minimum: 16, maximum: 64 })
  keyLength: number;

  @ApiProperty({ maxLength: 100, example: '00' })
  keyPrefix: string;

  /** Seconds since 1970 */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 4_102_444_800 })
  expiresAt: number;
}

/** The widget of ALTCHA takes this answer as its challenge, as it is. */
export class CaptchaView {
  /** `none`: nothing has to be solved */
  @ApiProperty({ enum: ['none', 'altcha', 'turnstile'] })
  provider: 'none' | 'altcha' | 'turnstile';

  /** Of turnstile */
  @ApiProperty({ maxLength: 100, required: false })
  siteKey?: string;

  /** Of altcha */
  @ApiProperty({ required: false })
  parameters?: AltchaParameters;

  /** Of altcha */
  @ApiProperty({ maxLength: 200, required: false })
  signature?: string;
}
