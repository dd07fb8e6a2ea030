import { Clone, startBareNest } from './clone.ts';
import { type Measurement, median } from './measurement.ts';

const TARGET_RATIO = 3;

export const start: Measurement = {
  title: 'The start, from the command to the first answer',
  pinned: false,
  async run({ rounds, quick }) {
    const clone = new Clone();
    // The first one fills npm's cache, unless it is full already.
    if (!quick) clone.install();
    const install = clone.install();
    const cold = await clone.start();
    const times: Record<'warm' | 'bare', number[]> = { warm: [], bare: [] };
    for (let round = 0; round < rounds; round++) {
      times.warm.push(await clone.start());
      times.bare.push(await startBareNest());
    }
    const [warm, bare] = [median(times.warm), median(times.bare)];
    return {
      raw: { install, cold, ...times },
      findings: [
        { what: '`npm ci`, warm cache', value: install, unit: 's' },
        { what: 'first `npm start`', value: cold, unit: 's' },
        { what: 'first start takes', value: cold / install, unit: 'times `npm ci`', target: { atMost: 1 } },
        { what: 'bare Nest', value: bare, unit: 's' },
        { what: 'later `npm start`', value: warm, unit: 's' },
        { what: 'later start takes', value: warm / bare, unit: 'times bare Nest', target: { atMost: TARGET_RATIO } },
      ],
    };
  },
};
