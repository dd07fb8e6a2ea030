import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsISO8601,
  IsRFC3339,
  // eslint-disable-next-line no-restricted-syntax -- this is what the house says instead
  IsUUID,
  MaxLength,
  ValidateBy,
  ValidateIf,
  type ValidationOptions,
} from 'class-validator';

/**
 * The field may be left out (its type says so with a `?`), but is never null: that would get as far as a column that is
 * NOT NULL, and be a 500.
 */
export const IfPresent = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);

/** A text without the spaces around it, before its length is checked. */
export const Trimmed = (): PropertyDecorator =>
  Transform(({ value }) => (typeof value === 'string' ? value.trim() : (value as unknown)));

/** The id of something, in the one spelling that the database answers: what compares ids as texts takes two for two. */
export const IsId = (options?: Pick<ValidationOptions, 'each'>) =>
  applyDecorators(
    Transform(({ value }) => (Array.isArray(value) ? value.map(inLowerCase) : inLowerCase(value))),
    IsUUID(undefined, options),
  );

const inLowerCase = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

/** The standard knows a second 60, and dates of JavaScript do not. */
const isOnTheClock = ValidateBy({
  name: 'isInstant',
  validator: {
    validate: (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
    defaultMessage: () => 'must be a moment of a day, such as 2026-01-31T12:00:00Z',
  },
});

const checks = [isOnTheClock, IsRFC3339(), IsISO8601({ strict: true, strictSeparator: true }), MaxLength(35)];
const format = { format: 'date-time', maxLength: 35 } as const;

/** A moment with its offset, on a day that exists, or none: `2026-01-31T12:00:00Z`. */
export const Instant = () => applyDecorators(ApiPropertyOptional(format), IfPresent(), ...checks);

/** The same, which must be there. */
export const RequiredInstant = () => applyDecorators(ApiProperty(format), ...checks);
