import { defineError } from './define-error.js';
import type { InputFault } from './app-error.js';

export class ValidationFailed extends defineError('invalid', 'VALIDATION_FAILED') {
  constructor(errors: readonly InputFault[]) {
    super('The request is not valid.', { errors });
  }
}

export class MalformedRequest extends defineError('invalid', 'MALFORMED_REQUEST') {
  constructor(cause?: unknown) {
    super('The request could not be read.', { cause });
  }
}

export class CredentialsInUrl extends defineError('invalid', 'CREDENTIALS_IN_URL') {
  constructor() {
    super('Credentials belong in a header: whatever is in a URL is written down on its way. Replace these.');
  }
}

export class RequestIncomplete extends defineError('incomplete', 'REQUEST_INCOMPLETE') {
  constructor() {
    super('The request did not come in time.');
  }
}

export class HeadersTooLarge extends defineError('headers_too_large', 'HEADERS_TOO_LARGE') {
  constructor() {
    super('The headers of the request are too large.');
  }
}

export class NotFound extends defineError('not_found', 'NOT_FOUND') {
  constructor(what = 'The resource') {
    super(`${what} was not found.`);
  }
}

export class MethodNotAllowed extends defineError('method_not_allowed', 'METHOD_NOT_ALLOWED') {
  constructor(readonly allowed: readonly string[]) {
    super('The resource does not answer to this method.', { details: { allowed } });
  }
}

export class Conflict extends defineError('conflict', 'CONFLICT') {
  constructor(cause?: unknown) {
    super('The request conflicts with the present state.', { cause });
  }
}

export class LengthRequired extends defineError('length_required', 'LENGTH_REQUIRED') {
  constructor() {
    super('The request needs a Content-Length.');
  }
}

export class PayloadTooLarge extends defineError('too_large', 'PAYLOAD_TOO_LARGE') {
  constructor() {
    super('The request body is too large.');
  }
}

export class UnsupportedMediaType extends defineError('unsupported_media_type', 'UNSUPPORTED_MEDIA_TYPE') {
  constructor() {
    super('The media type of the request body is not supported.');
  }
}

export class RequestTimeout extends defineError('timeout', 'REQUEST_TIMEOUT') {
  constructor(cause?: unknown) {
    super('The request took too long.', { cause });
  }
}

export class DependencyUnavailable extends defineError('unavailable', 'DEPENDENCY_UNAVAILABLE') {
  constructor(cause?: unknown, retryAfter = 2) {
    super('A service that this request needs is not available right now.', { cause, retryAfter });
  }
}

/** An integration that is switched off where this runs. */
export class FeatureDisabled extends defineError('unavailable', 'FEATURE_DISABLED') {
  /** @param feature as its flag calls it, in lower case: `sms` */
  constructor(feature: string) {
    super(`This is not available here: ${feature} is switched off.`, { details: { feature } });
  }
}

/** For the unexpected only: whatever is thrown that nobody declared. */
export class Internal extends defineError('internal', 'INTERNAL') {
  constructor(cause: unknown) {
    super('Something went wrong on our side.', { cause });
  }
}
