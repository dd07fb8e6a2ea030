/** A bigint of the database, which its CHECK keeps within what a number holds exactly. */
export const wholeNumber = {
  from: (stored: string | null): number | null => (stored === null ? null : Number(stored)),
  to: (value: unknown): unknown => value,
};
