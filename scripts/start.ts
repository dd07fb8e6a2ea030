import { built, ensureBuild } from './build.ts';
import { ensureDatabase } from './database.ts';
import { command, prepareEnvironment, say } from './environment.ts';
import { refuseTakenPort } from './port.ts';

interface Main {
  readonly app: { getUrl(): Promise<string>; get(token: unknown): { readonly hints: string[] } };
  readonly lifecycle: {
    onClosed(closing: () => Promise<void>): void;
    stop(reason: string, code: number): Promise<void>;
  };
}

const PARENT_CHECK_MS = 500;

await command(async () => {
  prepareEnvironment();
  await refuseTakenPort();
  const [database] = await Promise.all([ensureDatabase(), ensureBuild()]);
  const { migrate } = await built<{ migrate: () => Promise<string[]> }>('src/migrate.js');
  const migrated = await migrate();
  if (migrated.length > 0) say(`migrated: ${migrated.join(', ')}`);
  const main = await built<Main>('src/main.js');
  if (database !== undefined) main.lifecycle.onClosed(() => database.stop());
  endWithParent(main);
  await greet(main);
});

/** npm does not pass SIGKILL on: when it is gone, nobody could stop us from its terminal. */
function endWithParent({ lifecycle }: Main): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void lifecycle.stop('the parent process is gone', 0);
  }, PARENT_CHECK_MS).unref();
}

async function greet({ app }: Main): Promise<void> {
  const { DemoSeeds } = await built<{ DemoSeeds: unknown }>('src/core/seeding/demo-seeds.js');
  const url = await app.getUrl();
  say(`ready at ${url}, documented at ${url}/docs`);
  for (const hint of app.get(DemoSeeds).hints) say(hint);
  say(`try: curl ${url}/health/ready`);
}
