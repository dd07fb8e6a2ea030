import { randomBytes } from 'node:crypto';
import { type Challenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import type { CaptchaView } from '../../src/core/captcha/captcha.dto.js';

/** Switches the CAPTCHA on; an attempt takes as little as the configuration allows. */
export const ALTCHA = {
  CAPTCHA_ENABLED: 'true',
  CAPTCHA_COST: '1000',
  CAPTCHA_SECRET: randomBytes(48).toString('base64url'),
};

/**
 * Solves a challenge as the widget does it.
 * @param change to the challenge, of which the server must not believe a word
 * @returns the token
 */
export async function solve({ parameters, signature }: CaptchaView, change: object = {}): Promise<string> {
  const challenge = { parameters, signature } as Challenge;
  const solution = await solveChallenge({ challenge, deriveKey });
  const payload = { challenge: { signature, parameters: { ...parameters, ...change } }, solution };
  return Buffer.from(JSON.stringify(payload)).toString('base64');
}
