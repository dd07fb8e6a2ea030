import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../environment.ts';

const OF_FEATURE = /^node scripts\/feature\.ts (\S+)/;

/** package.json without the commands of features that were cut. */
export function renderPackage(): string {
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8');
  const content = JSON.parse(text) as { scripts: Record<string, string> };
  const left = Object.entries(content.scripts).filter(([, line]) => {
    const [, module] = OF_FEATURE.exec(line) ?? [];
    return module === undefined || existsSync(join(ROOT, 'src', 'features', `${module}.ts`));
  });
  return `${JSON.stringify({ ...content, scripts: Object.fromEntries(left) }, null, 2)}\n`;
}
