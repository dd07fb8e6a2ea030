import type { BookedSeat } from './booking.entity.js';

type Named = Pick<BookedSeat, 'name' | 'label'>;

const nameOf = ({ name, label }: Named): string => (label === null ? name : `${name} ${label}`);

/** `VIP A1, VIP A2, 3 × Standing` */
export function namesOf(seats: readonly Named[]): string {
  const counts = Map.groupBy(seats, nameOf);
  return [...counts].map(([name, { length }]) => (length === 1 ? name : `${length} × ${name}`)).join(', ');
}
