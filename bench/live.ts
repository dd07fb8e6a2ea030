import { startAerie } from './aerie.ts';
import { startBareFastify } from './bare.ts';
import { compare, medianOf } from './load.ts';
import type { Measurement } from './measurement.ts';

const TARGET_US = 60;

export const live: Measurement = {
  title: 'Processor time of a request, `GET /health/live`',
  pinned: true,
  async run(effort) {
    const path = '/health/live';
    const samples = await compare(
      { bare: { server: await startBareFastify(), path }, aerie: { server: await startAerie('postgres'), path } },
      effort,
      { amount: effort.quick ? 10_000 : 40_000 },
    );
    const [bare, aerie] = [medianOf(samples.bare, 'processorUs'), medianOf(samples.aerie, 'processorUs')];
    return {
      raw: samples,
      findings: [
        { what: 'bare Fastify', value: bare, unit: 'µs' },
        { what: 'Aerie', value: aerie, unit: 'µs' },
        { what: 'what Aerie adds', value: aerie - bare, unit: 'µs', target: { atMost: TARGET_US } },
      ],
    };
  },
};
