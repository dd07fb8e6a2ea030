import { Injectable, Module } from '@nestjs/common';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import type { Tx } from '../database/transactions.js';
import { Transactions } from '../database/transactions.js';
import { defineEvent } from './define-event.js';
import {
  EventSubscriber,
  EVERY_EVENT,
  type HearsEvents,
  PUBLIC_EVENTS,
  type Told,
} from './event-subscriber.decorator.js';
import { Events } from './events.service.js';

class Launch {
  rocket: string;
}

const launched = defineEvent('test-rocket.launched', Launch, { public: true });
const fuelled = defineEvent('test-rocket.fuelled', Launch, { public: false });

const HEARD = 'CREATE TABLE test_heard (subscriber text, event text, rocket text)';
const write = (tx: Tx, subscriber: string, { name, payload }: Told) =>
  tx.query('INSERT INTO test_heard VALUES ($1, $2, $3)', [subscriber, name, (payload as Launch).rocket]);

@Injectable()
@EventSubscriber('test-press', [launched])
class Press implements HearsEvents<Launch> {
  async hear(tx: Tx, event: Told<Launch>): Promise<void> {
    await write(tx, 'press', event);
  }
}

@Injectable()
@EventSubscriber('test-insurer', [launched])
class Insurer implements HearsEvents<Launch> {
  async hear(tx: Tx, event: Told<Launch>): Promise<void> {
    await write(tx, 'insurer', event);
    throw new Error('this is not covered');
  }
}

@Injectable()
@EventSubscriber('test-archive', EVERY_EVENT)
class Archive implements HearsEvents<object> {
  async hear(tx: Tx, event: Told): Promise<void> {
    await write(tx, 'archive', event);
  }
}

@Injectable()
@EventSubscriber('test-visitors', PUBLIC_EVENTS)
class Visitors implements HearsEvents<object> {
  async hear(tx: Tx, event: Told): Promise<void> {
    await write(tx, 'visitors', event);
  }
}

@Module({ providers: [Press, Insurer, Archive, Visitors] })
class RocketModule {}

describe('subscribers', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [RocketModule] });
    await sql(test.databaseUrl, HEARD);
  });

  const publish = async (rocket: string, { fails = false, event = launched } = {}) => {
    const { actor } = await test.actor();
    await test.app.get(Transactions).run(async (tx) => {
      await test.app.get(Events).publish(tx, actor, event, { rocket });
      if (fails) throw new Error('the countdown was stopped');
    });
  };

  const heard = async (rocket: string) =>
    (
      await sql<{ subscriber: string }>(
        test.databaseUrl,
        'SELECT subscriber FROM test_heard WHERE rocket = $1 ORDER BY subscriber',
        [rocket],
      )
    ).map(({ subscriber }) => subscriber);

  it('hear, each on their own, what they asked for: one who fails keeps nobody else from it', async () => {
    await publish('Ariane');
    await eventually(async () => expect(await heard('Ariane')).toEqual(['archive', 'press', 'visitors']));
    // What the insurer has written is rolled back with each attempt, and the next one is on its way.
    await eventually(async () => {
      const [job] = await sql(
        test.databaseUrl,
        `SELECT state::text, retry_limit FROM pgboss.job WHERE name = 'event.test-insurer'`,
      );
      expect(job).toEqual({ state: 'retry', retry_limit: 20 });
    });
  });

  it('hear nothing of what is not committed', async () => {
    await expect(publish('Vega', { fails: true })).rejects.toThrow('the countdown was stopped');
    await publish('Soyuz');
    await eventually(async () => expect(await heard('Soyuz')).toHaveLength(3));
    expect(await heard('Vega')).toEqual([]);
  });

  it('from outside hear what is public only', async () => {
    await publish('Falcon', { event: fuelled });
    await eventually(async () => expect(await heard('Falcon')).toEqual(['archive']));
  });

  it('of one that was told to two instances hear once', async () => {
    const other = await TestApp.start({ modules: [RocketModule], databaseUrl: test.databaseUrl });
    await Promise.all(Array.from({ length: 20 }, (_, index) => publish(`Electron ${index}`)));
    await eventually(async () => {
      for (let index = 0; index < 20; index++) {
        expect(await heard(`Electron ${index}`)).toEqual(['archive', 'press', 'visitors']);
      }
    }, 20_000);
    await other.close();
  });
});
