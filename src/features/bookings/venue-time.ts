const PARTS = new Set(['weekday', 'day', 'month', 'year', 'hour', 'minute', 'timeZoneName']);

interface Moment {
  /** As ISO 8601 writes it */
  readonly startsAt: string;
  /** As IANA calls it */
  readonly timezone: string;
}

/**
 * What people at the venue read on their calendar and clock: `Saturday, 5 December 2026 at 20:00 (Europe/Berlin, GMT+1)`.
 * The offset tells the two hours apart that one night in autumn has twice.
 */
export function atTheVenue({ startsAt, timezone: timeZone }: Moment): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone, timeZoneName: 'shortOffset' },
  });
  const parts = format.formatToParts(new Date(startsAt)).filter(({ type }) => PARTS.has(type));
  const of = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  // Put together here: what stands between them is another thing in every version of ICU.
  const day = `${of.weekday}, ${of.day} ${of.month} ${of.year}`;
  return `${day} at ${of.hour}:${of.minute} (${timeZone.replaceAll('_', ' ')}, ${of.timeZoneName})`;
}
