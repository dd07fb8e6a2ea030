import type { ConfigType } from '@nestjs/config';
import type Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { integer } from '../config/rules.js';
import { env } from '../config/variable.js';

/** What closing takes beside draining and the longest request. */
const MARGIN_MS = 5_000;

export const lifecycleConfig = defineConfig('lifecycle', {
  requestTimeoutMs: env(
    'REQUEST_TIMEOUT_MS',
    integer(100, 60_000).default(25_000),
    'Longest time until a request is answered, in milliseconds; then 504, and what runs for it is stopped',
  ),
  drainMs: env(
    'DRAIN_MS',
    integer(0, 60_000).default(5_000),
    'How long a stopping process still takes requests, so that a balancer notices, in milliseconds; 0 in npm start',
  ),
  shutdownTimeoutMs: env(
    'SHUTDOWN_TIMEOUT_MS',
    integer(1_000, 300_000)
      .default(40_000)
      .custom(leavesTime)
      .messages({
        'shutdown.short': `{{#label}} must be at least DRAIN_MS + REQUEST_TIMEOUT_MS + ${MARGIN_MS}, which is {{#least}}`,
      }),
    'After this long a process that does not end by itself is ended, in milliseconds',
  ),
});

export type LifecycleConfig = ConfigType<typeof lifecycleConfig>;

function leavesTime(value: number, helpers: Joi.CustomHelpers): unknown {
  const [siblings] = helpers.state.ancestors as [Record<string, unknown>];
  const least = Number(siblings.DRAIN_MS) + Number(siblings.REQUEST_TIMEOUT_MS) + MARGIN_MS;
  // A sibling that is no number has a complaint of its own.
  return value < least ? helpers.error('shutdown.short', { least }) : value;
}
