/** Of a column of money: PostgreSQL's bigint comes as text, and a check keeps it within what a number holds exactly. */
export const MINOR_UNITS = {
  transformer: { to: (amount: number) => amount, from: (stored: string | number) => Number(stored) },
};
