import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { built, ensureBuild } from './build.ts';
import { ensureDatabase } from './database.ts';
import { command, prepareEnvironment, ROOT, say } from './environment.ts';
import { oneAtATime } from './lock.ts';
import { whenNpmIsGone } from './parent.ts';
import { refuseTakenPort } from './port.ts';

await command(async () => {
  prepareEnvironment();
  await refuseTakenPort();
  const [database] = await oneAtATime(() => Promise.all([ensureDatabase(), ensureBuild()]));
  const { migrate } = await built<{ migrate: () => Promise<string[]> }>('src/migrate.js');
  await migrate();
  say(`watching; the API is documented at http://localhost:${process.env.PORT || 3000}/docs`);
  // A group of its own: the watcher starts a shell, and the shell the application, and all of them must end.
  const nest = spawn(join(ROOT, 'node_modules', '.bin', 'nest'), ['start', '--watch', '--preserveWatchOutput'], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const end = () => endGroup(nest);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  whenNpmIsGone(end);
  database.onLost(end);
  await once(nest, 'exit');
  end();
  await database.stop();
});

function endGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-(pid ?? 0), 'SIGTERM');
  } catch {
    // Nobody is left in it.
  }
}
