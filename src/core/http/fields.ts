import { Transform } from 'class-transformer';
import { ValidateIf } from 'class-validator';

/**
 * The field may be left out (its type says so with a `?`), but is never null: that would get as far as a column that is
 * NOT NULL, and be a 500.
 */
export const IfPresent = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);

/** A text without the spaces around it, before its length is checked. */
export const Trimmed = (): PropertyDecorator =>
  Transform(({ value }) => (typeof value === 'string' ? value.trim() : (value as unknown)));
