import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { Transactions } from '../database/transactions.js';
import { defineEvent } from './define-event.js';
import { Events } from './events.service.js';

class Launch {
  id: string;
}

const launched = defineEvent('rocket.launched', Launch, { public: false });

describe('an event', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start();
  });

  const told = (organizationId: string) =>
    sql<{ payload: Launch }>(test.databaseUrl, 'SELECT name, payload FROM events WHERE organization_id = $1', [
      organizationId,
    ]);

  it('exists if and only if the change does', async () => {
    const { actor } = await test.actor();
    const [events, transactions] = [test.app.get(Events), test.app.get(Transactions)];
    await transactions.run((tx) => events.publish(tx, actor, launched, { id: '1' }));
    const lost = transactions.run(async (tx) => {
      await events.publish(tx, actor, launched, { id: '2' });
      throw new Error('the rocket stays');
    });
    await expect(lost).rejects.toThrow('the rocket stays');
    expect(await told(actor.organizationId)).toEqual([{ name: 'rocket.launched', payload: { id: '1' } }]);
  });

  it('has one name, said once, of a thing and what happened', () => {
    expect(() => defineEvent('rocket.launched', Launch, { public: true })).toThrow('declared twice');
    for (const name of ['rocket', 'Rocket.launched', 'rocket.', 'rocket.launched.twice']) {
      expect(() => defineEvent(name, Launch, { public: true })).toThrow('not named as thing.happened');
    }
  });

  it('is bounded by the table', async () => {
    const { actor } = await test.actor();
    const publish = test.app
      .get(Transactions)
      .run((tx) => test.app.get(Events).publish(tx, actor, launched, { id: 'x'.repeat(65_536) }));
    await expect(publish).rejects.toMatchObject({ driverError: { constraint: 'events_payload_check' } });
  });
});
