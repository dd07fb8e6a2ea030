import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { built, ensureBuild } from './build.ts';
import { ensureDatabase } from './database.ts';
import { command, prepareEnvironment, ROOT, say } from './environment.ts';
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

// A start is mostly the loading of modules: they are compiled once, and while the database comes up.
enableCompileCache(join(ROOT, '.cache', 'compile-cache'));

await command(async () => {
  prepareEnvironment();
  await refuseTakenPort();
  const [database] = await oneAtATime(() => Promise.all([ensureDatabase(), ensureBuild().then(preload)]));
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

function preload(): Promise<unknown> {
  return built('src/bootstrap.js');
}

async function greet({ app }: Main): Promise<void> {
  const { DemoSeeds } = await built<{ DemoSeeds: unknown }>('src/core/seeding/demo-seeds.js');
  const url = await app.getUrl();
  say(`ready at ${url}, documented at ${url}/docs`);
  for (const hint of app.get(DemoSeeds).hints) say(hint);
  say(`try: curl ${url}/health/ready`);
}
