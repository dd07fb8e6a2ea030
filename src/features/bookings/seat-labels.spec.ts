import { faultsOf, labelsFrom, placed, splitLabel } from './seat-labels.js';

const type = (changes: object) => ({ name: 'VIP', priceMinor: 0, currency: 'EUR', capacity: 3, ...changes });

describe('a label', () => {
  it.each([
    ['A1', 'A', 1],
    ['A10', 'A', 10],
    ['7', '', 7],
    ['A0', 'A', 0],
    ['Row 2-15', 'Row 2-', 15],
    ['Ä3', 'Ä', 3],
  ])('%s is a number of a row', (label, prefix, number) => {
    expect(splitLabel(label)).toEqual({ prefix, number });
  });

  it.each(['A', '', 'A01', 'A1234567', 'A 1 '])('"%s" is no seat', (label) => {
    expect(splitLabel(label)).toBeUndefined();
  });
});

describe('rows', () => {
  const rows = placed([
    { prefix: 'A', from: 1, to: 3 },
    { prefix: 'B', from: 5, to: 6 },
  ]);

  it('have their places one after the other', () => {
    expect(rows.map(({ seatsBefore }) => seatsBefore)).toEqual([0, 3]);
    expect(labelsFrom(rows, 0, 10)).toEqual(['A1', 'A2', 'A3', 'B5', 'B6']);
    expect(labelsFrom(rows, 2, 2)).toEqual(['A3', 'B5']);
    expect(labelsFrom(rows.slice(1), 4, 10)).toEqual(['B6']);
    expect(labelsFrom(rows, 5, 10)).toEqual([]);
  });

  it('have as many labels as there are seats, and none twice', () => {
    expect(faultsOf([type({ rows: [{ prefix: 'A', from: 1, to: 3 }] })])).toEqual([]);
    expect(faultsOf([type({ capacity: 4, rows: [{ prefix: 'A', from: 1, to: 3 }] })])).toMatchObject([
      { pointer: '#/seatTypes/0/capacity' },
    ]);
    for (const wrong of [
      { prefix: 'A', from: 3, to: 4 },
      { prefix: 'B', from: 2, to: 1 },
    ]) {
      expect(faultsOf([type({ capacity: 5, rows: [{ prefix: 'A', from: 1, to: 3 }, wrong] })])).toMatchObject([
        { pointer: '#/seatTypes/0/rows/1' },
      ]);
    }
  });

  it('may be called the same in another type, and are paid for in one currency', () => {
    const row = { rows: [{ prefix: 'A', from: 1, to: 3 }] };
    expect(faultsOf([type(row), type({ ...row, name: 'STD' })])).toEqual([]);
    expect(faultsOf([type(row), type({ name: 'STD', currency: 'USD' })])).toMatchObject([
      { pointer: '#/seatTypes/1/currency' },
    ]);
  });
});
