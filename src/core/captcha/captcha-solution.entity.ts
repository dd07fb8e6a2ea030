import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A CAPTCHA that somebody has solved and used. */
@Entity('captcha_solutions')
export class CaptchaSolution {
  /** SHA-256 of the signature of its challenge */
  @PrimaryColumn({ type: 'bytea' })
  digest: Buffer;

  /** When it would not count any more, also if nobody had used it */
  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}
