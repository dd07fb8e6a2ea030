import type { InputFault } from '../errors/app-error.js';
import { ValidationFailed } from '../errors/core.errors.js';
import type { Query, Value } from './upstream-request.js';

const LONGEST = 1_000;
const TEMPLATE = /^(\/(:[A-Za-z]\w*|[\w.~-]+))*\/?$/;
const CONTROL = /\p{Cc}/u;

interface Parts {
  readonly path: string;
  readonly params?: Readonly<Record<string, Value>>;
  readonly query?: Query;
}

/**
 * Puts a request's path and query together, so that whatever a value holds, it stays one segment or one parameter.
 * @throws {ValidationFailed} if a value is too long or has control characters
 */
export function address({ path, params = {}, query = {} }: Parts): string {
  if (!TEMPLATE.test(path)) throw new Error(`The path of an upstream is a template such as /topics/:topic.`);
  const filled = path.replace(/:(\w+)/g, (_, name: string) => segment(name, params[name]));
  const pairs = Object.entries(query).flatMap(([name, value]) => listOf(value).map((one) => [name, text(name, one)]));
  return pairs.length > 0 ? `${filled}?${new URLSearchParams(pairs).toString()}` : filled;
}

/** The value as it may be sent. @throws {ValidationFailed} */
export function text(name: string, value: Value): string {
  const given = String(value);
  if (CONTROL.test(given) || !given.isWellFormed())
    refuse(name, 'controlCharacters', 'must not contain control characters or broken Unicode');
  if (given.length > LONGEST) refuse(name, 'maxLength', `must not be longer than ${LONGEST} characters`);
  return given;
}

/** Nothing, a dot and two dots would name another place. */
function segment(name: string, value: Value | undefined): string {
  if (value === undefined) throw new Error(`The path of an upstream lacks its ${name}.`);
  const given = text(name, value);
  if (/^\.{0,2}$/.test(given)) refuse(name, 'segment', 'must not be empty or made of dots');
  return encodeURIComponent(given);
}

function listOf(value: Query[string]): readonly Value[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Value[]) : [value as Value];
}

function refuse(name: string, code: string, detail: string): never {
  const fault: InputFault = { pointer: `#/${name}`, code, detail };
  throw new ValidationFailed([fault]);
}
