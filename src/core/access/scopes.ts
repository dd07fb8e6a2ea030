const VERSION = /^v\d+$/;
const READING = new Set(['GET', 'HEAD']);

/**
 * What an API key must be allowed for a route: reading or writing what its path begins with. Every route has one, so
 * that nobody has to think of it: `GET /v1/bookings/:id` takes `bookings:read`.
 * @param path the pattern of the route
 */
export function scopeOf(method: string, path: string): string {
  const [resource = ''] = path.split('/').filter((segment) => segment !== '' && !VERSION.test(segment));
  return `${resource}:${READING.has(method) ? 'read' : 'write'}`;
}
