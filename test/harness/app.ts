import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/bootstrap.js';
import { ApiClient } from './api-client.js';
import { cloneDatabase, dropDatabase } from './database.js';
import { type Environment, TEST_ENVIRONMENT, withEnvironment } from './environment.js';

export interface TestApp {
  readonly app: NestFastifyApplication;
  /** Address that it listens on, on a free port of its own */
  readonly url: string;
  readonly databaseUrl: string;
  /** Speaks HTTP to it, as nobody in particular. */
  readonly api: ApiClient;
  close(): Promise<void>;
}

interface Options {
  readonly env?: Environment;
  /** Modules beside the application's own */
  readonly modules?: (Type | DynamicModule)[];
  /** Shares this database instead of a new one: a second instance */
  readonly databaseUrl?: string;
}

/** Starts the whole application on a port and a database of its own. */
export async function startApp({ env, modules, databaseUrl: shared }: Options = {}): Promise<TestApp> {
  const databaseUrl = shared ?? (await cloneDatabase());
  const app = await withEnvironment({ ...TEST_ENVIRONMENT, DATABASE_URL: databaseUrl, ...env }, () =>
    createApp(modules),
  );
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    app,
    url,
    databaseUrl,
    api: new ApiClient(url),
    close: async () => {
      await app.close();
      if (shared === undefined) await dropDatabase(databaseUrl);
    },
  };
}
