import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A CAPTCHA that somebody has solved and used. */
@Entity('captcha_solutions')
@Check('captcha_solutions_digest_check', 'octet_length(digest) = 32')
export class CaptchaSolution {
  /** SHA-256 of the signature of its challenge */
  @PrimaryColumn({ type: 'bytea' })
  digest: Buffer;

  /** When it would not count any more, also if nobody had used it */
  @Index()
  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}
