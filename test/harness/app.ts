import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/bootstrap.js';
import type { Actor, Role } from '../../src/core/access/actor.js';
import { ACTOR_HEADER, Actors, ActorsModule } from './actors.js';
import { ApiClient } from './api-client.js';
import { ResponseContract } from './contract.js';
import { atTheEnd } from './cleanup.js';
import { cloneDatabase, dropDatabase, refuseConnections } from './database.js';
import { type Environment, TEST_ENVIRONMENT, withEnvironment } from './environment.js';

interface Options {
  readonly env?: Environment;
  /** Modules beside the application's own */
  readonly modules?: (Type | DynamicModule)[];
  /** Shares this database instead of a new one: a second instance */
  readonly databaseUrl?: string;
}

/** The whole application on a port and a database of its own. */
export class TestApp {
  readonly contract: ResponseContract;
  /** Speaks HTTP to it, as nobody in particular */
  readonly api: ApiClient;

  private closed = false;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly databaseUrl: string,
    private readonly ownsDatabase: boolean,
  ) {
    this.contract = new ResponseContract(app);
    this.api = new ApiClient(url, this.contract);
  }

  static async start({ env, modules = [], databaseUrl: shared }: Options = {}): Promise<TestApp> {
    const databaseUrl = shared ?? (await cloneDatabase());
    const app = await withEnvironment({ ...TEST_ENVIRONMENT, DATABASE_URL: databaseUrl, ...env }, () =>
      createApp([ActorsModule, ...modules]),
    );
    await app.listen(0, '127.0.0.1');
    const started = new TestApp(app, await app.getUrl(), databaseUrl, shared === undefined);
    return atTheEnd(started, () => started.close());
  }

  /** A new person, and a client that acts as them. */
  async actor(role?: Role): Promise<{ actor: Actor; api: ApiClient }> {
    return this.actingAs(await this.app.get(Actors, { strict: false }).mint(role));
  }

  /** The same, of somebody who runs the platform. */
  async administrator(): Promise<{ actor: Actor; api: ApiClient }> {
    return this.actingAs(await this.app.get(Actors, { strict: false }).mint('owner', true));
  }

  /** Runs `work` while the database refuses this application: its connections are ended, new ones not allowed. */
  async losingItsDatabase<T>(work: () => Promise<T>): Promise<T> {
    await refuseConnections(this.databaseUrl, true);
    try {
      return await work();
    } finally {
      await refuseConnections(this.databaseUrl, false);
    }
  }

  private actingAs(actor: Actor): { actor: Actor; api: ApiClient } {
    return { actor, api: this.api.with({ [ACTOR_HEADER]: JSON.stringify(actor) }) };
  }

  /** Closes it before the test file ends, when it would be closed anyway. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.app.close();
    if (this.ownsDatabase) await dropDatabase(this.databaseUrl);
  }
}
