import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { say } from '../say.mjs';

/** Writes the lists that are generated from the code, once the code is there. */
export function sync() {
  return async () => {
    const run = spawn('npm', ['run', '--silent', 'sync'], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = await once(run, 'exit');
    if (code !== 0) say('the code is there, the lists that are generated from it are not: mend it, then npm run sync');
  };
}
