import { built, ensureBuild } from './build.ts';
import { ensureDatabase } from './database.ts';
import { command, prepareEnvironment } from './environment.ts';
import { oneAtATime } from './lock.ts';

const [name = '', ...rest] = process.argv.slice(2);

/** Runs a command that a feature brings (`node scripts/feature.ts auth/create-administrator EMAIL`) as `npm start` would. */
await command(async () => {
  prepareEnvironment();
  const [database] = await oneAtATime(() => Promise.all([ensureDatabase(), ensureBuild()]));
  try {
    const { migrate } = await built<{ migrate: () => Promise<string[]> }>('src/migrate.js');
    await migrate();
    const { main } = await built<{ main: (...rest: string[]) => Promise<void> }>(`src/features/${name}.js`);
    await main(...rest);
  } finally {
    await database.stop();
  }
});
