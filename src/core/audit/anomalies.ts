import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { minutes } from '@nestjs/throttler';
import { PinoLogger } from 'nestjs-pino';
import { currentRequest } from '../http/request-context.js';
import { Metrics } from '../metrics/metrics.js';
import { networkOf } from '../throttling/callers.js';
import { RateLimits } from '../throttling/rate-limits.js';

const SO_MANY = 10;
const WITHIN_MS = minutes(10);

/** Counts what happens now and then by mistake and in numbers on purpose, in all instances together. */
@Injectable()
export class Anomalies {
  private readonly found;

  constructor(
    private readonly limits: RateLimits,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(Anomalies.name);
    this.found = metrics.counter('security_anomaly_total', 'What looks like an attack, by its kind', ['kind']);
  }

  /**
   * Counts a failure of this kind. The tenth within ten minutes, for one account or from one address, is an anomaly, once.
   * @param kind one of a few: it is a label of the metric
   * @param account what it was tried on; counted as a hash
   */
  async count(kind: string, account: string): Promise<void> {
    const limit = { name: `anomaly-${kind}`, quota: SO_MANY, windowMs: WITHIN_MS };
    const address = currentRequest()?.address;
    const causes = [`account ${hashOf(account)}`, ...(address === undefined ? [] : [`address ${networkOf(address)}`])];
    const standings = await Promise.all(causes.map((cause) => this.limits.count(limit, cause)));
    if (!standings.some(({ hits, quota }) => hits === quota)) return;
    this.found.inc({ kind });
    this.logger.warn({ kind }, 'anomaly');
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
