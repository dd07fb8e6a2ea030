import type { Actor } from '../../core/access/actor.js';
import { Transactions } from '../../core/database/transactions.js';
import { Events } from '../../core/events/events.service.js';
import { organizationClosed } from '../../core/identity/identity.events.js';
import { Erasure } from '../../core/privacy/erasure.service.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { available, book, hold, holdStanding, published, type Sale } from './box-office.harness.js';
import { FakeDesk } from './fake-desk.harness.js';

describe('whoever leaves', () => {
  let test: TestApp;
  let desk: FakeDesk;
  beforeAll(async () => {
    test = await TestApp.start();
    desk = new FakeDesk(test);
  });

  const erase = (actor: Actor) =>
    test.app
      .get(Transactions, { strict: false })
      .run((tx) => test.app.get(Erasure, { strict: false }).erase(tx, actor));
  const close = ({ organizationId }: Actor) =>
    test.app.get(Transactions, { strict: false }).run(async (tx) => {
      await tx.query('UPDATE organizations SET closed_at = now() WHERE id = $1', [organizationId]);
      const events = test.app.get(Events, { strict: false });
      await events.publish(tx, { organizationId }, organizationClosed, { organizationId });
    });
  const paid = async (buyer: ApiClient, sale: Sale) => {
    const { id, paymentId } = (await book(buyer, await hold(buyer, sale, ['A1']))).body;
    await desk.settle(String(paymentId));
    return { id, paymentId };
  };

  it.each([
    ['closes an organization', close],
    ['erases an account that was alone in it', erase],
  ])('and %s that sells cancels what it has announced, and all get their money back', async (_, leave) => {
    const { actor, api } = await test.actor();
    const sale = await published(test, {}, api);
    const { api: buyer } = await test.actor();
    const { id, paymentId } = await paid(buyer, sale);
    await leave(actor);
    await eventually(async () =>
      expect((await buyer.get(`/v1/bookings/${id}`)).body).toMatchObject({
        status: 'cancelled',
        event: { status: 'cancelled' },
      }),
    );
    expect(desk.refunds).toContainEqual(expect.objectContaining({ paymentId, amount: 5_000 }));
  });

  it('leaves to others what they hold and have not paid for, and keeps the rest', async () => {
    const sale = await published(test);
    const { actor, api } = await test.actor();
    await paid(api, sale);
    await hold(api, sale, ['A2']);
    const { paymentId } = (await book(api, await hold(api, sale, ['A3']))).body;
    await book(api, await holdStanding(api, sale, 2));
    await erase(actor);
    expect(await available(test, sale)).toBe(9);
    expect(await available(test, sale, 'Standing')).toBe(5);
    expect(desk.cancelled).toContain(paymentId);
    expect(await sql(test.databaseUrl, 'SELECT FROM seat_holds WHERE user_id = $1', [actor.userId])).toEqual([]);
    const kept = 'SELECT status FROM bookings WHERE user_id = $1 ORDER BY created_at';
    expect(await sql(test.databaseUrl, kept, [actor.userId])).toEqual([
      { status: 'confirmed' },
      { status: 'cancelled' },
      { status: 'cancelled' },
    ]);
  });
});
