import type { InputFault } from '../../core/errors/app-error.js';
import type { CreateSeatType, SeatRowRange } from './seat-type.dto.js';

/** A range of labels, and how many seats of its type come before it. */
export interface PlacedRow extends SeatRowRange {
  readonly seatsBefore: number;
}

/** A label as it is looked up: `A12` is 12 of prefix `A`. */
export interface SplitLabel {
  readonly prefix: string;
  readonly number: number;
}

// No leading zeros: `A1` and `A01` would be one seat with two labels.
const LABEL = /^(?<prefix>|.*[^0-9])(?<number>0|[1-9][0-9]{0,5})$/su;

/** @returns undefined for what no seat can be called */
export function splitLabel(label: string): SplitLabel | undefined {
  const { prefix, number } = LABEL.exec(label)?.groups ?? {};
  return prefix === undefined ? undefined : { prefix, number: Number(number) };
}

/** @returns the rows in their order, each with the place of its first seat */
export function placed(rows: readonly SeatRowRange[]): PlacedRow[] {
  let seatsBefore = 0;
  return rows.map((row) => {
    const at = seatsBefore;
    seatsBefore += sizeOf(row);
    return { ...row, seatsBefore: at };
  });
}

/** The labels of the seats from a place on, at most so many. */
export function labelsFrom(rows: readonly PlacedRow[], place: number, most: number): string[] {
  const labels: string[] = [];
  for (const { prefix, from, to, seatsBefore } of rows) {
    const first = from + Math.max(0, place - seatsBefore);
    for (let number = first; number <= to && labels.length < most; number++) labels.push(`${prefix}${number}`);
  }
  return labels;
}

/** What of seat types no schema can tell: several currencies, labels that two seats would have, too many or few of them. */
export function faultsOf(types: readonly CreateSeatType[]): InputFault[] {
  return types.flatMap(({ rows, capacity, currency }, index) => {
    const pointer = `#/seatTypes/${index}`;
    if (currency !== types[0]?.currency) {
      return [
        { pointer: `${pointer}/currency`, code: 'currency', detail: 'must be the same for all seats of an event' },
      ];
    }
    if (rows === undefined) return [];
    const wrong = rows.findIndex((row, at) => row.to < row.from || rows.slice(0, at).some((one) => overlap(one, row)));
    if (wrong !== -1) {
      const detail = 'must go up, and share no label with another row';
      return [{ pointer: `${pointer}/rows/${wrong}`, code: 'labels', detail }];
    }
    const labels = rows.reduce((sum, row) => sum + sizeOf(row), 0);
    const detail = `must be ${labels}, as many as the rows have labels`;
    return labels === capacity ? [] : [{ pointer: `${pointer}/capacity`, code: 'capacity', detail }];
  });
}

const sizeOf = ({ from, to }: SeatRowRange): number => to - from + 1;

const overlap = (one: SeatRowRange, other: SeatRowRange): boolean =>
  one.prefix === other.prefix && one.from <= other.to && other.from <= one.to;
