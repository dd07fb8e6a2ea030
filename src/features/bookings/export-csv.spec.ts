import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type ExportedBooking, toCsv } from './export-csv.js';

const booking = (changes: Partial<ExportedBooking> = {}): ExportedBooking => ({
  ...{ id: '01890000-0000-7000-8000-000000000001', status: 'confirmed', name: 'Ada', email: 'ada@example.org' },
  ...{ seats: [{ name: 'VIP', label: 'A1' }], totalMinor: '5000', refundedMinor: '0', currency: 'EUR' },
  ...{ createdAt: new Date(0), confirmedAt: new Date(1_000), cancelledAt: null, checkedInAt: null },
  ...changes,
});

const read = (csv: string, delimiter = ','): string[][] =>
  parse(csv, { bom: true, delimiter, relax_column_count: true, relax_quotes: true });

const FORMULA = /^\s*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

describe('the file of an export', () => {
  it('names its columns once, also if there is nothing below them, and says that it is UTF-8', () => {
    const empty = toCsv([], true);
    expect(empty.startsWith('\uFEFFid,status,name,')).toBe(true);
    expect(read(empty)).toHaveLength(1);
    expect(toCsv([], false)).toBe('');
    expect(read(toCsv([booking()], false))).toHaveLength(1);
  });

  it('has money in minor units, moments in UTC, and nothing where there is nothing', () => {
    const seats = [
      { name: 'VIP', label: 'A1' },
      { name: 'Standing', label: null },
    ];
    const [line] = read(toCsv([booking({ seats, name: null, email: null })], false));
    const moments = ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:01.000Z', '', ''];
    expect(line?.slice(1)).toEqual(['confirmed', '', '', 'VIP A1, Standing', '5000', '0', 'EUR', ...moments]);
  });

  it.each([
    ['=HYPERLINK("https://evil.example.org")', `'=HYPERLINK("https://evil.example.org")`],
    ['+49 30 1234', `'+49 30 1234`],
    ['-1+1', `'-1+1`],
    ['@SUM(A1:A9)', `'@SUM(A1:A9)`],
    ['\t=1+1', `'=1+1`],
    ['  =1+1', `'=1+1`],
    ['＝1+1', `'＝1+1`],
    ['Ada;=1+1', 'Ada =1+1'],
    ['Ada\r\n=1+1', 'Ada =1+1'],
    ['O"Brien, Ada', 'O"Brien, Ada'],
  ])('has no formula for somebody who is called %j', (name, cell) => {
    const [line] = read(toCsv([booking({ name, seats: [{ name, label: null }] })], false));
    expect(line?.[2]).toBe(cell);
    expect(line?.[4]).toBe(cell);
  });

  it('has none, whatever anybody is called and wherever somebody thinks that a cell ends', () => {
    const unit = fc.constantFrom('=', '+', '-', '@', ';', '"', ',', '\t', '\n', '\r', ' ', 'a', 'ß', '＝');
    const text = fc.string({ unit, maxLength: 12 });
    fc.assert(
      fc.property(text, text, (name, seat) => {
        const csv = toCsv([booking({ name, seats: [{ name: seat, label: null }] })], false);
        expect(read(csv)).toHaveLength(1);
        expect(read(csv)[0]?.filter((cell) => FORMULA.test(cell))).toEqual([]);
        for (const other of [';', '\t']) expect(csv).not.toContain(other);
      }),
      { numRuns: 2_000 },
    );
  });
});
