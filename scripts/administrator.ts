import { built, ensureBuild } from './build.ts';
import { ensureDatabase } from './database.ts';
import { command, prepareEnvironment } from './environment.ts';
import { oneAtATime } from './lock.ts';

const [email] = process.argv.slice(2);

await command(async () => {
  prepareEnvironment();
  const [database] = await oneAtATime(() => Promise.all([ensureDatabase(), ensureBuild()]));
  try {
    const { migrate } = await built<{ migrate: () => Promise<string[]> }>('src/migrate.js');
    await migrate();
    const { main } = await built<{ main: (email?: string) => Promise<void> }>(
      'src/features/auth/create-administrator.js',
    );
    await main(email);
  } finally {
    await database.stop();
  }
});
