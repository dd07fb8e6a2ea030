/** A kind of background work: its name and the class of what it is told, which is plain JSON. */
export interface JobKind<P extends object> {
  /** A thing and what is done: `mail.deliver`. Stored with every job, so it is never renamed while some wait. */
  readonly name: string;
  readonly payload: new () => P;
  readonly options: Required<Omit<JobOptions, 'cron'>> & Pick<JobOptions, 'cron'>;
}

export interface JobOptions {
  /** How often it is tried again after it failed; then it goes to its dead letters */
  readonly retries?: number;
  /** Before the first retry, in seconds; it doubles from then on, up to an hour, with jitter */
  readonly backoffSeconds?: number;
  /** After this long its signal fires and the attempt has failed; at most 1800 */
  readonly timeoutSeconds?: number;
  /** Most jobs of this kind that one process works on at the same time */
  readonly concurrency?: number;
  /** When it comes by itself, without a payload: five fields, in UTC. One instance runs it. */
  readonly cron?: string;
}

const DEFAULTS = { retries: 5, backoffSeconds: 5, timeoutSeconds: 60, concurrency: 5 };
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[a-z][a-z0-9]*(-[a-z0-9]+)*)+$/;
const MAX_LENGTH = 100;

const kinds = new Map<string, JobKind<object>>();

/** Declares a kind of background work, so that none exists outside of the catalogue. */
export function defineJob<P extends object>(name: string, payload: new () => P, options: JobOptions = {}): JobKind<P> {
  if (!NAME.test(name) || name.length > MAX_LENGTH) throw new Error(`Job ${name} is not named as thing.done.`);
  if (kinds.has(name)) throw new Error(`Job ${name} is declared twice.`);
  const kind: JobKind<P> = { name, payload, options: { ...DEFAULTS, ...options } };
  kinds.set(name, kind);
  return kind;
}
