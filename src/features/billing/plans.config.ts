import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../../core/config/define-config.js';
import { integer } from '../../core/config/rules.js';
import { env } from '../../core/config/variable.js';
import { planTable, USUAL_PLANS } from './plan-table.js';

export const plansConfig = defineConfig('plans', {
  table: env(
    'BILLING_PLANS',
    planTable().default(JSON.stringify(USUAL_PLANS)),
    'The plans as JSON, from the least to the most, the free one first; prices of a month in minor units',
  ),
  graceDays: env(
    'BILLING_GRACE_DAYS',
    integer(0, 14).default(3),
    'Days that a plan goes on after the paid time, before the free one holds',
  ),
  noticeDays: env(
    'BILLING_RENEWAL_NOTICE_DAYS',
    integer(1, 21).default(7),
    'Days before the end of the paid time at which owners are mailed where to pay for more',
  ),
});

export type PlansConfig = ConfigType<typeof plansConfig>;
