import type { ValueTransformer } from 'typeorm';

/** PostgreSQL sends a bigint as text. The checks of the columns keep it within what a number holds exactly. */
export const wholeNumber: ValueTransformer = {
  to: (value: number) => value,
  from: (value: string) => Number(value),
};
