import { defineError } from '../errors/define-error.js';

/** The other side answered, and nothing of use: 500, a text that is no JSON, other fields, too much. */
export class UpstreamFailed extends defineError('upstream_failed', 'UPSTREAM_FAILED') {
  constructor(cause?: unknown) {
    super('A service that this request needs did not answer as it should.', { cause });
  }
}

/** The other side cannot be reached, is overloaded, or has failed so often that it is left alone for a while. */
export class UpstreamUnavailable extends defineError('unavailable', 'UPSTREAM_UNAVAILABLE') {
  constructor(cause?: unknown, retryAfter = 5) {
    super('A service that this request needs is not available right now.', { cause, retryAfter });
  }
}

export class UpstreamTimeout extends defineError('timeout', 'UPSTREAM_TIMEOUT') {
  constructor(cause?: unknown) {
    super('A service that this request needs did not answer in time.', { cause });
  }
}

/** An address of somebody's choice that this application must not call. It does not say what is there. */
export class TargetNotAllowed extends defineError('invalid', 'TARGET_NOT_ALLOWED') {
  constructor(reason: string) {
    super(`This address cannot be called: ${reason}.`);
  }
}
