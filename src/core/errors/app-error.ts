/** What kind of failure it is; each has one HTTP status, which only the filter knows. */
export type ErrorKind = keyof typeof STATUS;

/** HTTP status of each kind. The last five are failures of the transport itself. */
export const STATUS = {
  invalid: 400,
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  key_reused: 422,
  rate_limited: 429,
  internal: 500,
  upstream_failed: 502,
  unavailable: 503,
  method_not_allowed: 405,
  length_required: 411,
  incomplete: 408,
  too_large: 413,
  unsupported_media_type: 415,
  headers_too_large: 431,
  timeout: 504,
} as const;

/** One fault in the input: a JSON pointer to it, a stable code, and a sentence. */
export interface InputFault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

interface ErrorOptions {
  /** Facts of the domain for the client, under `details` in the answer. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What went wrong where in the input. */
  readonly errors?: readonly InputFault[];
  /** Seconds after which trying again makes sense: the `Retry-After` header. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** A failure that the caller may know about: its message is for people, its code for programs. */
export abstract class AppError extends Error {
  abstract readonly kind: ErrorKind;
  /** Public and never renamed. */
  abstract readonly code: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly errors?: readonly InputFault[];
  readonly retryAfter?: number;

  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.details = options.details;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
  }
}
