import { days, hours, inWords, minutes, seconds } from './duration.js';

describe('a duration', () => {
  it.each([
    [days(30), '30 days'],
    [days(1), '1 day'],
    [hours(24), '1 day'],
    [hours(36), '36 hours'],
    [minutes(60), '1 hour'],
    [minutes(90), '90 minutes'],
    [minutes(1), '1 minute'],
    [seconds(900), '15 minutes'],
    [seconds(1), '1 second'],
    [seconds(0), '0 seconds'],
  ])('is told in whole numbers of the largest unit (%#)', (duration, words) => {
    expect(inWords(duration)).toBe(words);
  });

  it('says when it is over', () => {
    const start = new Date('2026-01-31T12:00:00.000Z');
    expect(days(30).after(start)).toEqual(new Date('2026-03-02T12:00:00.000Z'));
    expect(Math.abs(minutes(5).fromNow().getTime() - Date.now() - 300_000)).toBeLessThan(1_000);
  });
});
