import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isOrphan, neededBy } from '../../scripts/needed-features.js';
import { ROOT } from '../harness/process.js';

describe('a spec that needs several features', () => {
  it('names them, and is not run where one of them was cut', () => {
    expect(neededBy('src/features/bookings/a-story.with-billing+price-lists.e2e-spec.ts')).toEqual([
      'billing',
      'price-lists',
    ]);
    expect(neededBy('src/core/health/with-nothing.e2e-spec.ts')).toEqual([]);
    expect(isOrphan('src/features/some/a-story.with-what-was-cut.e2e-spec.ts')).toBe(true);
    const here = readdirSync(join(ROOT, 'src', 'features')).filter((name) => !name.includes('.'));
    for (const name of here) expect(isOrphan(`src/features/some/a-story.with-${name}.e2e-spec.ts`)).toBe(false);
  });
});
