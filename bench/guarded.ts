import { join } from 'node:path';
import pg from 'pg';
import { databaseUrl, startAerie } from './aerie.ts';
import { type Contestant, compare, medianOf } from './load.ts';
import type { Measurement } from './measurement.ts';
import { newKey, plantKeys } from './planted-keys.ts';
import { signUp } from './visitor.ts';

const TWINS = join(import.meta.dirname, 'twins.mjs');
// More than an instance remembers, so that whoever comes around again is forgotten.
const KEYS = 20_000;

export const guarded: Measurement = {
  title: 'A guarded read against the same route made public, `GET /v1/users/twins/:id`',
  pinned: true,
  async run(effort) {
    const server = await startAerie('postgres', { entry: TWINS });
    const { id, headers } = await signUp(server);
    const keys = await makeKeys(id);
    let asked = 0;
    const path = `/v1/users/twins/guarded/${id}`;
    const cold: Contestant = { server, path, nextHeaders: () => ({ 'x-api-key': keys[asked++ % KEYS] ?? '' }) };
    const samples = await compare(
      {
        open: { server, path: `/v1/users/twins/open/${id}` },
        bearer: { server, path, headers },
        key: { server, path, headers: { 'x-api-key': keys[0] ?? '' } },
        cold,
      },
      effort,
      { duration: effort.roundSeconds },
    );
    const rate = (name: keyof typeof samples) => medianOf(samples[name], 'requestsPerSecond');
    const cost = (name: keyof typeof samples) => medianOf(samples[name], 'processorUs');
    const kept = (name: keyof typeof samples) => rate(name) / rate('open');
    return {
      raw: samples,
      findings: [
        { what: 'public', value: rate('open'), unit: 'requests/s' },
        { what: 'processor time, public', value: cost('open'), unit: 'µs' },
        { what: 'processor time, bearer token', value: cost('bearer'), unit: 'µs' },
        { what: 'processor time, API key', value: cost('key'), unit: 'µs' },
        { what: 'kept, bearer token', value: kept('bearer'), unit: 'of public', target: { atLeast: 0.9 } },
        { what: 'kept, API key', value: kept('key'), unit: 'of public', target: { atLeast: 0.85 } },
        { what: 'kept, API key that is new each time', value: kept('cold'), unit: 'of public' },
      ],
    };
  },
};

/** Keys of the visitor. */
async function makeKeys(userId: string): Promise<string[]> {
  const keys = await Promise.all(Array.from({ length: KEYS }, newKey));
  const client = new pg.Client({ connectionString: await databaseUrl() });
  await client.connect();
  await plantKeys(client, userId, keys);
  await client.query('VACUUM ANALYZE');
  await client.end();
  return keys;
}
