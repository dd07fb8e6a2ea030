import { defineError } from '../errors/define-error.js';

export class QueueFull extends defineError('unavailable', 'QUEUE_FULL') {
  constructor() {
    super('Too much work is waiting already: try again later.', { retryAfter: 30 });
  }
}

/** Thrown by a handler whose job can never succeed: it is not tried again. */
export class PermanentFailure extends Error {}
