const UNITS = { day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1_000 } as const;

type Unit = keyof typeof UNITS;

/**
 * How long something lasts. What people are told (`inWords`) and when a row expires (`after`) come from the same value,
 * so that neither can be changed without the other.
 */
export class Duration {
  constructor(readonly milliseconds: number) {}

  /** When it is over, if it begins at `start`. */
  after(start: Date): Date {
    return new Date(start.getTime() + this.milliseconds);
  }

  fromNow(): Date {
    return this.after(new Date());
  }
}

export const days = (count: number): Duration => new Duration(count * UNITS.day);
export const hours = (count: number): Duration => new Duration(count * UNITS.hour);
export const minutes = (count: number): Duration => new Duration(count * UNITS.minute);
export const seconds = (count: number): Duration => new Duration(count * UNITS.second);

/** In the largest unit that it is a whole number of: `30 days`, `1 hour`, `90 minutes`. */
export function inWords({ milliseconds }: Duration): string {
  const units = Object.keys(UNITS) as Unit[];
  const unit = units.find((one) => milliseconds >= UNITS[one] && milliseconds % UNITS[one] === 0) ?? 'second';
  const count = Math.round(milliseconds / UNITS[unit]);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
