import { jest } from '@jest/globals';
import { ReportRate } from './report-rate.js';

const countOf = (times: number, admits: (index: number) => boolean) =>
  Array.from({ length: times }, (_, index) => admits(index)).filter(Boolean).length;

describe('reports', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are ten a minute of a kind, beside others', () => {
    const rate = new ReportRate();
    expect(countOf(50, () => rate.admits('one'))).toBe(10);
    expect(countOf(50, () => rate.admits('other'))).toBe(10);
    jest.advanceTimersByTime(59_999);
    expect(rate.admits('one')).toBe(false);
    jest.advanceTimersByTime(1);
    expect(countOf(50, () => rate.admits('one'))).toBe(10);
  });

  it('are a hundred a minute in all', () => {
    const rate = new ReportRate();
    expect(countOf(500, (index) => rate.admits(`kind ${index}`))).toBe(100);
    jest.advanceTimersByTime(60_000);
    expect(rate.admits('kind 500')).toBe(true);
  });
});
