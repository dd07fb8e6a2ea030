import { defineError } from '../errors/define-error.js';

export class QuotaExceeded extends defineError('rate_limited', 'QUOTA_EXCEEDED') {
  /** @param resetsIn seconds until the period ends */
  constructor(metric: string, limit: number, resetsIn: number) {
    super(`The plan includes ${limit} of ${metric} in this period, and they are used up.`, {
      details: { metric, limit },
      retryAfter: resetsIn,
    });
  }
}
