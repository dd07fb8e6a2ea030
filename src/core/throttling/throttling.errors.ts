import { defineError } from '../errors/define-error.js';

export class RateLimited extends defineError('rate_limited', 'RATE_LIMITED') {
  /** @param retryAfter seconds until the window ends */
  constructor(retryAfter: number) {
    super('Too many requests: try again later.', { retryAfter });
  }
}
