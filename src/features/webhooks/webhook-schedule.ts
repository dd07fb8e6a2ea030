import { hours, minutes, seconds } from '../../core/time/duration.js';

/** Before each attempt, as Standard Webhooks recommends: ten of them, within three days and a few hours. */
const DELAYS = [
  seconds(0),
  seconds(5),
  minutes(5),
  minutes(30),
  hours(2),
  hours(5),
  hours(10),
  hours(14),
  hours(20),
  hours(24),
];
/** Who failed together does not come back together. */
const JITTER = 0.2;

/**
 * How long to wait for the next attempt.
 * @param failures how many have failed, at least one
 * @param retryAfter seconds that the receiver has asked for
 * @returns seconds; undefined if there is no other attempt
 */
export function secondsUntilNext(failures: number, retryAfter = 0, random = Math.random): number | undefined {
  const delay = DELAYS[failures];
  if (delay === undefined) return undefined;
  return Math.max((delay.milliseconds / 1_000) * (1 + JITTER * random()), retryAfter);
}
