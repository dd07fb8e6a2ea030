import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Payload } from 'altcha-lib';
import { DataSource } from 'typeorm';
import { minutes } from '../time/duration.js';
import { captchaConfig, type CaptchaConfig } from './captcha.config.js';
import type { AltchaParameters, CaptchaView } from './captcha.dto.js';
import type { CaptchaProvider } from './captcha-provider.js';

const ALGORITHM = 'PBKDF2/SHA-256';
const VALID_FOR = minutes(10);
const MOST_CHARACTERS = 2_000;

// Of two that send one solution, on whatever instances, one is first.
const TAKE = `
  WITH taken AS (
    INSERT INTO captcha_solutions (digest, expires_at) VALUES ($1, to_timestamp($2)) ON CONFLICT (digest) DO NOTHING
    RETURNING digest)
  SELECT digest FROM taken`;

/** Proof of work (altcha.org), set and checked here: nobody else learns who signs in. */
@Injectable()
export class Altcha implements CaptchaProvider {
  constructor(
    @Inject(captchaConfig.KEY) private readonly config: CaptchaConfig,
    private readonly dataSource: DataSource,
  ) {}

  async challenge(): Promise<CaptchaView> {
    const { createChallenge, deriveKey } = await library();
    const { parameters, signature } = await createChallenge({
      algorithm: ALGORITHM,
      cost: this.config.cost,
      deriveKey,
      expiresAt: VALID_FOR.fromNow(),
      hmacSignatureSecret: this.secret,
    });
    return { provider: 'altcha', parameters: parameters as AltchaParameters, signature };
  }

  /** What was made up costs no key to derive, and what was not solved no statement. */
  async isSolved(token: string): Promise<boolean> {
    const payload = token.length <= MOST_CHARACTERS ? read(token) : undefined;
    if (payload === undefined) return false;
    const { verifySolution, deriveKey } = await library();
    const hmacSignatureSecret = this.secret;
    const result = await verifySolution({ ...payload, deriveKey, hmacSignatureSecret }).catch(() => undefined);
    return result?.verified === true && this.takes(payload.challenge);
  }

  private async takes({ signature = '', parameters }: Payload['challenge']): Promise<boolean> {
    const digest = createHash('sha256').update(signature).digest();
    const taken = await this.dataSource.query<unknown[]>(TAKE, [digest, parameters.expiresAt]);
    return taken.length === 1;
  }

  private get secret(): string {
    if (this.config.secret === undefined) throw new Error('There is no CAPTCHA_SECRET.');
    return this.config.secret;
  }
}

/** On the first use: it would hold up the start of everybody who has no use for it. */
async function library() {
  const [{ createChallenge, verifySolution }, { deriveKey }] = await Promise.all([
    import('altcha-lib'),
    import('altcha-lib/algorithms/pbkdf2'),
  ]);
  return { createChallenge, verifySolution, deriveKey };
}

/** As the widget writes it: JSON in base64. The library looks at the rest, and throws at what has another shape. */
function read(token: string): Payload | undefined {
  try {
    const { challenge, solution } = JSON.parse(Buffer.from(token, 'base64').toString()) as Payload;
    return { challenge, solution };
  } catch {
    return undefined;
  }
}
