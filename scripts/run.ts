import { built, ensureBuild } from './build.ts';
import { type Database, ensureDatabase } from './database.ts';
import { command, prepareEnvironment, say } from './environment.ts';
import { oneAtATime } from './lock.ts';
import { whenNpmIsGone } from './parent.ts';
import { refuseTakenPort } from './port.ts';

interface Main {
  readonly app: { getUrl(): Promise<string>; get(token: unknown): { readonly hints: string[] } };
  readonly lifecycle: {
    onClosed(closing: () => Promise<void>): void;
    stop(reason: string, code: number): Promise<void>;
  };
}

await command(async () => {
  prepareEnvironment();
  await refuseTakenPort();
  const [database] = await oneAtATime(ensureDatabaseAndBuild);
  const { migrate } = await built<{ migrate: () => Promise<string[]> }>('src/migrate.js');
  const migrated = await migrate();
  if (migrated.length > 0) say(`migrated: ${migrated.join(', ')}`);
  const main = await built<Main>('src/main.js');
  main.lifecycle.onClosed(() => database.stop());
  database.onLost(() => {
    say('the database has ended, and so does the application');
    void main.lifecycle.stop('the database has ended', 1);
  });
  whenNpmIsGone(() => void main.lifecycle.stop('npm is gone', 0));
  await greet(main);
});

/** Loading modules keeps the process busy: it begins when the server is on its way, and ends when it is there. */
async function ensureDatabaseAndBuild(): Promise<[Database, unknown]> {
  const spawned = Promise.withResolvers<void>();
  const building = ensureBuild();
  const loading = Promise.all([building, spawned.promise]).then(() => built('src/bootstrap.js'));
  return Promise.all([ensureDatabase(spawned.resolve), loading]);
}

async function greet({ app }: Main): Promise<void> {
  const { DemoSeeds } = await built<{ DemoSeeds: unknown }>('src/core/seeding/demo-seeds.js');
  const url = await app.getUrl();
  say(`ready at ${url}, documented at ${url}/docs`);
  for (const hint of app.get(DemoSeeds).hints) say(hint);
  say(`try: curl ${url}/health/ready`);
}
