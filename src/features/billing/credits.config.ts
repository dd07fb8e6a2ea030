import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../../core/config/define-config.js';
import { integer } from '../../core/config/rules.js';
import { env } from '../../core/config/variable.js';
import { creditPacks, DEFAULT_PACKS } from './credit-packs.js';

export const creditsConfig = defineConfig('credits', {
  signUp: env(
    'BILLING_SIGNUP_CREDITS',
    integer(0, 1_000_000).default(100),
    'Credits that everybody gets once who signs up, in the first organization of theirs that asks for its credits',
  ),
  low: env(
    'BILLING_LOW_CREDITS',
    integer(0, 1_000_000).default(10),
    'The event credits.low tells when a balance falls below this; 0 for never',
  ),
  packs: env(
    'BILLING_CREDIT_PACKS',
    creditPacks().default(DEFAULT_PACKS),
    'Credits to be bought, as name=credits:price:currency and separated by commas; prices in minor units (cents, yen, fils)',
  ),
});

export type CreditsConfig = ConfigType<typeof creditsConfig>;
