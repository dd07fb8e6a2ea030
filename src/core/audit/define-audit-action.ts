/** Something that is written down when somebody does it. Its name is public and never renamed. */
export interface AuditAction {
  /** A thing and what happened to it, in the past tense: `role.changed` */
  readonly name: string;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z]+(-[a-z]+)*$/;
const MOST_CHARACTERS = 100;

const names = new Set<string>();

/** Declares an action, so that the log holds none that is not in the catalogue. */
export function defineAuditAction(name: string): AuditAction {
  if (!NAME.test(name) || name.length > MOST_CHARACTERS) {
    throw new Error(`Audit action ${name} is not named as thing.happened.`);
  }
  if (names.has(name)) throw new Error(`Audit action ${name} is declared twice.`);
  names.add(name);
  return { name };
}
