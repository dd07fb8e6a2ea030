import { atTheVenue } from './venue-time.js';

describe('a time at the venue', () => {
  it.each([
    ['2026-12-05T19:00:00.000Z', 'Europe/Berlin', 'Saturday, 5 December 2026 at 20:00 (Europe/Berlin, GMT+1)'],
    ['2026-07-05T19:00:00.000Z', 'Europe/Berlin', 'Sunday, 5 July 2026 at 21:00 (Europe/Berlin, GMT+2)'],
    ['2026-12-05T19:00:00.000Z', 'Asia/Kolkata', 'Sunday, 6 December 2026 at 00:30 (Asia/Kolkata, GMT+5:30)'],
    ['2026-12-05T19:00:00.000Z', 'America/St_Johns', 'Saturday, 5 December 2026 at 15:30 (America/St Johns, GMT-3:30)'],
    ['2026-07-05T19:00:00.000Z', 'America/St_Johns', 'Sunday, 5 July 2026 at 16:30 (America/St Johns, GMT-2:30)'],
    ['2026-12-31T23:30:00.000Z', 'Pacific/Apia', 'Friday, 1 January 2027 at 12:30 (Pacific/Apia, GMT+13)'],
    [
      '2026-12-31T23:30:00.000Z',
      'Pacific/Marquesas',
      'Thursday, 31 December 2026 at 14:00 (Pacific/Marquesas, GMT-9:30)',
    ],
    ['2026-12-04T15:00:00.000Z', 'Asia/Tokyo', 'Saturday, 5 December 2026 at 00:00 (Asia/Tokyo, GMT+9)'],
  ])('is what people there read on their clock (%s in %s)', (startsAt, timezone, read) => {
    expect(atTheVenue({ startsAt, timezone })).toBe(read);
  });

  it('is one of two in the night when the clock is put back, and jumps when it is put forward', () => {
    const berlin = (startsAt: string) => atTheVenue({ startsAt, timezone: 'Europe/Berlin' });
    expect(berlin('2026-10-25T00:30:00Z')).toBe('Sunday, 25 October 2026 at 02:30 (Europe/Berlin, GMT+2)');
    expect(berlin('2026-10-25T01:30:00Z')).toBe('Sunday, 25 October 2026 at 02:30 (Europe/Berlin, GMT+1)');
    expect(berlin('2026-03-29T00:59:00Z')).toBe('Sunday, 29 March 2026 at 01:59 (Europe/Berlin, GMT+1)');
    expect(berlin('2026-03-29T01:00:00Z')).toBe('Sunday, 29 March 2026 at 03:00 (Europe/Berlin, GMT+2)');
  });
});
