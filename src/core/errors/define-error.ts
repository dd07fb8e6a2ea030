import { AppError, type ErrorKind, STATUS } from './app-error.js';

/** An entry of the public catalogue of errors. */
export interface CatalogueEntry {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly status: number;
}

/** A class made by `defineError`, which knows its entry without an instance. */
export type ErrorClass = (abstract new (...args: never[]) => AppError) & { readonly entry: CatalogueEntry };

const catalogue = new Map<string, CatalogueEntry>();
const byConstraint = new Map<string, new () => AppError>();

/**
 * Makes the base class of one error and enters its code in the catalogue, so that no code exists outside of it:
 *
 *     export class SeatTaken extends defineError('conflict', 'SEAT_TAKEN') {
 *       constructor(label: string) { super(`Seat ${label} is already taken.`, { details: { label } }); }
 *     }
 */
export function defineError<K extends ErrorKind, C extends string>(kind: K, code: C) {
  if (catalogue.has(code)) throw new Error(`Error code ${code} is declared twice.`);
  const entry: CatalogueEntry = { code, kind, status: STATUS[kind] };
  catalogue.set(code, entry);
  abstract class DefinedError extends AppError {
    static readonly entry = entry;
    readonly kind = kind;
    readonly code = code;
  }
  return DefinedError;
}

/** Class decorator: the error stands for the violation of this constraint of the database. */
export function Violates(constraint: string) {
  return (error: new () => AppError): void => {
    if (byConstraint.has(constraint)) throw new Error(`Constraint ${constraint} stands for two errors.`);
    byConstraint.set(constraint, error);
  };
}

/** @returns the error that the constraint stands for, if anybody said. */
export function errorOfConstraint(constraint: string | undefined): AppError | undefined {
  const error = constraint === undefined ? undefined : byConstraint.get(constraint);
  return error && new error();
}

/** The closed catalogue: every code that this application can answer, sorted. */
export function errorCatalogue(): CatalogueEntry[] {
  return [...catalogue.values()].sort((a, b) => a.code.localeCompare(b.code));
}
