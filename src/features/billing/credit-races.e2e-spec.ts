import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Transactions } from '../../core/database/transactions.js';
import { Meter } from '../../core/metering/meter.js';
import { InsufficientCredits } from '../../core/metering/metering.errors.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { MeteredModule } from '../../../test/harness/metered.controller.js';
import { asColleague, begin, jobsOf, move } from '../../../test/harness/metered-client.js';
import type { CreditsView } from './credit.dto.js';
import { reconcileCredits } from './credit-reconciliation.js';
import { StaleReservations } from './stale-reservations.js';

const TEN = { BILLING_SIGNUP_CREDITS: '10' };

describe('credits that many want', () => {
  let one: TestApp;
  let two: TestApp;
  beforeAll(async () => {
    one = await TestApp.start({ modules: [MeteredModule], env: TEN });
    two = await TestApp.start({ modules: [MeteredModule], env: TEN, databaseUrl: one.databaseUrl });
  });

  const instance = (index: number) => (index % 2 === 0 ? one : two);
  const statuses = (answers: readonly { readonly status: number }[], status: number) =>
    answers.filter((answer) => answer.status === status).length;
  const credits = async (api: TestApp['api']) =>
    (await api.get<CreditsView & Record<string, unknown>>('/v1/billing/credits')).body;
  const differences = async () => (await reconcileCredits(one.app.get(DataSource).manager)).differences;

  it('[R-56] #1 go to exactly ten of fifty who ask at once on two instances, and the balance is 0', async () => {
    const { actor, api } = await one.actor();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const client = asColleague(instance(index).api, actor, actor);
        return move(client, { move: 'charge', reference: `test:${randomUUID()}`, amount: 1 });
      }),
    );
    expect([statuses(answers, 200), statuses(answers, 402)]).toEqual([10, 40]);
    for (const { status, body } of answers.filter((answer) => answer.status === 402)) {
      expect({ status, ...body }).toMatchObject({ code: 'INSUFFICIENT_CREDITS', details: { required: 1 } });
    }
    expect(await credits(api)).toEqual({ balance: 0, reserved: 0 });
    expect(await differences()).toEqual([]);
  });

  it('[R-56] #2 begin exactly as many jobs as there are credits for, and no row of any other', async () => {
    const { actor } = await one.actor();
    const colleagues = await Promise.all(Array.from({ length: 20 }, () => one.actor()));
    const answers = await Promise.all(
      colleagues.map((colleague, index) =>
        begin(asColleague(instance(index).api, actor, colleague.actor), { cost: 3, ending: 'hangs' }),
      ),
    );
    expect([statuses(answers, 202), statuses(answers, 402)]).toEqual([3, 17]);
    for (const { body } of answers.filter((answer) => answer.status === 402)) {
      expect(body).toMatchObject({ code: 'INSUFFICIENT_CREDITS', details: { required: 3 } });
      expect((body.details as { available: number }).available).toBeLessThan(3);
    }
    expect(await jobsOf(one.databaseUrl, actor)).toHaveLength(3);
    const remaining = answers.flatMap(({ status, body }) => (status === 202 ? [body.creditsRemaining] : []));
    expect(remaining.sort()).toEqual([1, 4, 7]);
  });

  it('[R-56] #2 that are too few say how many are needed and there, and begin nothing', async () => {
    const { actor, api } = await one.actor();
    const refused = await begin(api, { cost: 11 });
    expect(refused).toMatchObject({ status: 402, body: { details: { required: 11, available: 10 } } });
    expect(await jobsOf(one.databaseUrl, actor)).toEqual([]);
    expect(await credits(api)).toEqual({ balance: 10, reserved: 0 });
  });

  it('move for one reference once, when the same is asked of two instances at once', async () => {
    const { actor, api } = await one.actor();
    const reference = `test:${randomUUID()}`;
    const all = (request: Parameters<typeof move>[1]) =>
      Promise.all(
        Array.from({ length: 16 }, (_, index) => move(asColleague(instance(index).api, actor, actor), request)),
      );
    expect(statuses(await all({ move: 'charge', reference, amount: 6 }), 200)).toBe(16);
    expect(await credits(api)).toEqual({ balance: 4, reserved: 0 });
    expect(statuses(await all({ move: 'reserve', reference, amount: 4 }), 200)).toBe(16);
    expect(await credits(api)).toEqual({ balance: 0, reserved: 4 });
    for (const ending of ['release', 'refund'] as const) {
      const answers = await all({ move: ending, reference, amount: 6 });
      expect(answers.filter(({ body }) => body.moved)).toHaveLength(1);
    }
    expect(await credits(api)).toEqual({ balance: 10, reserved: 0 });
    expect(await differences()).toEqual([]);
  });

  it('come once for everybody who signs up, however many organizations they make', async () => {
    const { actor } = await one.actor();
    const organizations = await Promise.all(Array.from({ length: 6 }, () => foundedBy(actor)));
    const balances = await Promise.all(
      organizations.map((organizationId, index) =>
        credits(asColleague(instance(index).api, { ...actor, organizationId }, actor)),
      ),
    );
    expect(balances.map(({ balance }) => balance).sort()).toEqual([0, 0, 0, 0, 0, 10]);
    expect(await credits(asColleague(one.api, actor, actor))).toEqual({ balance: 0, reserved: 0 });
    expect(await differences()).toEqual([]);
  });

  it('never fall below 0 and are the sum of their entries, in whatever order they move', async () => {
    const stale = one.app.get(StaleReservations);
    const meter = one.app.get(Meter);
    const transactions = one.app.get(Transactions);
    const step = fc.record({
      kind: fc.constantFrom('charge', 'reserve', 'capture', 'release', 'refund', 'expire'),
      reference: fc.constantFrom('a', 'b', 'c'),
      amount: fc.integer({ min: 1, max: 7 }),
    });
    const steps = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { maxLength: 6 });
    type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

    const take = (actor: Actor, { kind, reference, amount }: Step) =>
      transactions.run(async (tx): Promise<unknown> => {
        if (kind === 'release') return meter.release(tx, actor, reference);
        // More than was reserved is refused by a CHECK.
        if (kind === 'capture') return meter.capture(tx, actor, reference, amount);
        return meter[kind as 'charge' | 'reserve' | 'refund'](tx, actor, { reference, amount });
      });
    const expire = async (actor: Actor, reference: string) => {
      await sql(
        one.databaseUrl,
        `UPDATE credit_reservations SET expires_at = now() WHERE organization_id = $1 AND reference = $2`,
        [actor.organizationId, reference],
      );
      await stale.releaseAll();
    };
    const dare = async (actor: Actor, one: Step) => {
      try {
        await (one.kind === 'expire' ? expire(actor, one.reference) : take(actor, one));
      } catch (thrown) {
        const isExpected = thrown instanceof InsufficientCredits || /went back|captured_check/.test(String(thrown));
        if (!isExpected) throw thrown;
      }
    };

    await fc.assert(
      fc.asyncProperty(steps, async (rounds) => {
        const { actor, api } = await one.actor();
        // What is in one round happens at the same moment.
        for (const round of rounds) await Promise.all(round.map((each) => dare(actor, each)));
        expect((await credits(api)).balance).toBeGreaterThanOrEqual(0);
        expect(await differences()).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  async function foundedBy({ userId }: Actor): Promise<string> {
    const [row] = await sql<{ id: string }>(
      one.databaseUrl,
      `WITH made AS (INSERT INTO organizations (id, name) VALUES (gen_random_uuid(), 'Another') RETURNING id)
       INSERT INTO memberships (organization_id, user_id, role) SELECT id, $1, 'owner' FROM made RETURNING organization_id AS id`,
      [userId],
    );
    return row?.id ?? '';
  }
});
