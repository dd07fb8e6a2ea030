import type { InputFault } from '../errors/app-error.js';

const MAX_DEPTH = 20;
// class-validator compares each field with every other: a body full of unknown ones would hold up everybody.
const MAX_FIELDS = 500;
// Tab, line feed and carriage return are what people type; the other control characters are not, and PostgreSQL
// stores no NUL.
// eslint-disable-next-line no-control-regex -- to find them is the purpose
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Finds what no DTO should have to think of: control characters, broken Unicode, nesting and fields without end. */
export function hostileInput(value: unknown, pointer = '#', depth = 0): InputFault | undefined {
  if (typeof value === 'string') return hostileText(value, pointer);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= MAX_DEPTH) return { pointer, code: 'tooDeep', detail: `must not nest deeper than ${MAX_DEPTH} levels` };
  const entries = Object.entries(value);
  if (!Array.isArray(value) && entries.length > MAX_FIELDS) {
    return { pointer, code: 'tooMany', detail: `must not have more than ${MAX_FIELDS} fields` };
  }
  for (const [key, inner] of entries) {
    const at = `${pointer}/${escapePointer(key)}`.slice(0, 500);
    const fault = hostileText(key, at) ?? hostileInput(inner, at, depth + 1);
    if (fault) return fault;
  }
  return undefined;
}

function hostileText(text: string, pointer: string): InputFault | undefined {
  if (CONTROL_CHARACTERS.test(text) || !text.isWellFormed()) {
    return { pointer, code: 'controlCharacters', detail: 'must not contain control characters or broken Unicode' };
  }
  return undefined;
}

/** @see RFC 6901, section 3; cut, because a key of the caller's choice may be long */
export function escapePointer(key: string): string {
  return key.slice(0, 100).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
}
