/** A kind of work that a user asks for and watches: what it is asked and what it answers are plain JSON. */
export interface UserJobKind<I extends object, R extends object> {
  /** A thing and what is done: `account.export`. Clients see it, so it is never renamed. */
  readonly name: string;
  readonly input: new () => I;
  readonly result: new () => R;
  readonly options: Required<UserJobOptions>;
}

export interface UserJobOptions {
  /** How often it is begun at most, if it fails or its worker is lost; then it has failed */
  readonly attempts?: number;
  /** Before the second attempt, in seconds; it doubles from then on, with jitter */
  readonly backoffSeconds?: number;
  /** After this long it has failed, with code TIMEOUT; JOB_TIMEOUT_MS may say less */
  readonly timeoutSeconds?: number;
  /** Whether its user is told, as they prefer, when it has succeeded or failed */
  readonly notifies?: boolean;
}

const DEFAULTS = { attempts: 3, backoffSeconds: 5, timeoutSeconds: 1_800, notifies: true };
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[a-z][a-z0-9]*(-[a-z0-9]+)*)+$/;
const MAX_LENGTH = 100;

const kinds = new Set<string>();

/** Declares a kind of job, so that none exists outside of the catalogue. */
export function defineUserJob<I extends object, R extends object>(
  name: string,
  input: new () => I,
  result: new () => R,
  options: UserJobOptions = {},
): UserJobKind<I, R> {
  if (!NAME.test(name) || name.length > MAX_LENGTH) throw new Error(`Job ${name} is not named as thing.done.`);
  if (kinds.has(name)) throw new Error(`Job ${name} is declared twice.`);
  kinds.add(name);
  return { name, input, result, options: { ...DEFAULTS, ...options } };
}
