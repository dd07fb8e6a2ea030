import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { built, ensureBuild } from './build.ts';
import { ensureDatabase } from './database.ts';
import { command, prepareEnvironment, ROOT, say } from './environment.ts';
import { whenNpmIsGone } from './parent.ts';
import { refuseTakenPort } from './port.ts';

await command(async () => {
  prepareEnvironment();
  await refuseTakenPort();
  const [database] = await Promise.all([ensureDatabase(), ensureBuild()]);
  const { migrate } = await built<{ migrate: () => Promise<string[]> }>('src/migrate.js');
  await migrate();
  say(`watching; the API is documented at http://localhost:${process.env.PORT || 3000}/docs`);
  const nest = spawn(join(ROOT, 'node_modules', '.bin', 'nest'), ['start', '--watch', '--preserveWatchOutput'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  // Ctrl-C reaches the whole group: the watcher ends by itself, and the database when it is no longer needed.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => nest.kill(signal));
  whenNpmIsGone(() => nest.kill('SIGTERM'));
  await once(nest, 'exit');
  await database?.stop();
});
