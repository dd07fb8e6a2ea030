import { type Store, startAerie } from './aerie.ts';
import { startBareFastify } from './bare.ts';
import { compare, medianOf } from './load.ts';
import type { Measurement } from './measurement.ts';
import { signUp } from './visitor.ts';

const TARGETS: Record<Store, number> = { memory: 0.5, postgres: 0.3 };

export const me: Measurement = {
  title: 'A guarded `GET /v1/users/me` against bare Fastify with the same query',
  pinned: true,
  async run(effort) {
    const [memory, postgres] = [await startAerie('memory'), await startAerie('postgres')];
    const { id, headers } = await signUp(memory);
    const path = '/v1/users/me';
    const samples = await compare(
      {
        bare: { server: await startBareFastify(id), path },
        memory: { server: memory, path, headers },
        postgres: { server: postgres, path, headers },
      },
      effort,
      { duration: effort.roundSeconds },
    );
    const rate = (name: keyof typeof samples) => medianOf(samples[name], 'requestsPerSecond');
    // Told beside it: a bare server that waits for PostgreSQL and the load looks slower than it is.
    const cost = (name: keyof typeof samples) => medianOf(samples[name], 'processorUs');
    const stores = ['memory', 'postgres'] as const;
    return {
      raw: samples,
      findings: [
        { what: 'bare Fastify', value: rate('bare'), unit: 'requests/s' },
        { what: 'processor time, bare Fastify', value: cost('bare'), unit: 'µs' },
        ...stores.flatMap((store) => [
          { what: `Aerie, limits in ${store}`, value: rate(store), unit: 'requests/s' },
          { what: `processor time, limits in ${store}`, value: cost(store), unit: 'µs' },
          {
            what: `throughput kept, limits in ${store}`,
            value: rate(store) / rate('bare'),
            unit: 'of bare',
            target: { atLeast: TARGETS[store] },
          },
        ]),
      ],
    };
  },
};
