import { randomInt } from 'node:crypto';
import type { Actor } from '../../core/access/actor.js';
import type { Answer, ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { MeteredModule } from '../../../test/harness/metered.controller.js';
import { begin } from '../../../test/harness/metered-client.js';
import { payInSandbox } from '../../../test/harness/sandbox-payment.js';
import {
  book,
  hold,
  holdStanding,
  once,
  published,
  type Sale,
  STANDING,
  type Thing,
  VIP,
} from './box-office.harness.js';
import { seatFaults, SeatWatch } from './seat-faults.harness.js';

const [USERS, ACTIONS, CREDITS] = [20, 10, 12];
const PATIENCE_MS = 120_000;
const env = {
  ...{ PAYMENTS_SANDBOX_ENABLED: 'true', BILLING_SIGNUP_CREDITS: String(CREDITS) },
  // What takes its time on a machine that has much to do is not what is asked here.
  ...{ DB_CONNECT_TIMEOUT_MS: '10000' },
};

const REFUSED = ['SEAT_TAKEN', 'SOLD_OUT', 'INSUFFICIENT_CREDITS', 'JOB_ALREADY_RUNNING', 'CONFLICT', 'NOT_FOUND'];

interface Member {
  readonly api: ApiClient;
  readonly actor: Actor;
  readonly held: Answer<Thing>[];
  readonly booked: Answer<Thing>[];
}

describe('twenty people who do ten things each, all at once', () => {
  let test: TestApp;
  let sale: Sale;
  const crowd: Member[] = [];
  const told: Record<string, number> = {};

  beforeAll(async () => {
    test = await TestApp.start({ modules: [MeteredModule], env });
    const rows = [{ prefix: 'A', from: 1, to: 30 }];
    const seatTypes = [
      { ...VIP, rows, capacity: 30 },
      { ...STANDING, capacity: 25 },
    ];
    sale = await published(test, { seatTypes });
    while (crowd.length < USERS) crowd.push({ ...(await test.actor()), held: [], booked: [] });
  });

  const count = (what: string, answer: Answer): boolean => {
    const { status, body } = answer;
    if (status >= 300) expect(REFUSED).toContain(body.code);
    const name = status < 300 ? what : `${what} ${String(body.code)}`;
    told[name] = (told[name] ?? 0) + 1;
    return status < 300;
  };

  const ACTS: readonly ((one: Member) => Promise<unknown>)[] = [
    (one) => keep(one, () => hold(one.api, sale, [`A${randomInt(1, 31)}`, `A${randomInt(1, 31)}`].filter(unlike))),
    (one) => keep(one, () => holdStanding(one.api, sale, randomInt(1, 4))),
    async ({ api, held }) =>
      withOne(held, async ({ body }) => count('release', await api.send('DELETE', `/v1/holds/${body.id}`))),
    (one) => take(one),
    (one) => take(one),
    async ({ api, booked }) =>
      withOne(booked, async ({ body }) => count('cancel', await once(api).post(`/v1/bookings/${body.id}/cancel`))),
    async ({ api }) => count('work', await begin(api, { cost: 5, ending: randomInt(3) === 0 ? 'breaks' : undefined })),
    async ({ api }) => count('credits', await api.get('/v1/billing/credits')),
  ];

  async function keep({ held }: Member, ask: () => Promise<Answer<Thing>>): Promise<void> {
    const answer = await ask();
    if (count('hold', answer)) held.push(answer);
  }

  /** Books, and pays at once if it costs something. */
  const take = ({ api, held, booked }: Member) =>
    withOne(held, async (one) => {
      const answer = await book(api, one);
      if (!count('book', answer)) return;
      booked.push(answer);
      const checkoutUrl = answer.body.checkoutUrl as string | null;
      if (checkoutUrl !== null) await payInSandbox(test, checkoutUrl);
    });

  /** What of it still goes on: nothing, in the end. */
  const unsettled = () =>
    sql(
      test.databaseUrl,
      `SELECT 'job' AS what, status FROM jobs WHERE status IN ('queued', 'running')
       UNION ALL SELECT 'booking', status FROM bookings WHERE status = 'pending_payment'
       UNION ALL SELECT 'payment', status FROM payments WHERE status = 'open'
       UNION ALL SELECT 'refund', status FROM payment_refunds WHERE status = 'pending'`,
    );

  it('[R-92] #2 leave seats, money, credits and jobs as they have to be', async () => {
    const watch = await SeatWatch.over(test);
    const live = async (one: Member) => {
      await keep(one, () => holdStanding(one.api, sale, 1));
      for (let done = 1; done < ACTIONS; done++) await ACTS[randomInt(ACTS.length)]?.(one);
    };
    const { faults } = await watch.during(() => Promise.all(crowd.map(live)));
    process.stderr.write(`${JSON.stringify(told)}\n`);
    expect(faults).toEqual([]);
    await eventually(async () => expect(await unsettled()).toEqual([]), PATIENCE_MS);
    expect(await seatFaults(test)).toEqual([]);
    expect(await sql(test.databaseUrl, WRONG_MONEY)).toEqual([]);
    for (const { api, actor } of crowd) {
      const [work] = await sql<{ done: number }>(test.databaseUrl, DONE, [actor.organizationId]);
      const credits = { balance: CREDITS - 5 * (work?.done ?? 0), reserved: 0 };
      expect((await api.get('/v1/billing/credits')).body).toEqual(credits);
    }
  }, 300_000);
});

const DONE = `SELECT count(*)::int AS done FROM jobs WHERE organization_id = $1 AND status = 'succeeded'`;

/** What was paid is booked, or went back. */
const WRONG_MONEY = `
  SELECT booking.id, booking.status, payment.status AS payment, refunded::int
    FROM bookings booking JOIN payments payment ON payment.id = payment_id
   WHERE CASE booking.status WHEN 'confirmed' THEN payment.status <> 'paid' OR refunded > 0
                             ELSE payment.status IN ('paid', 'refused') AND refunded <> amount END`;

const unlike = (label: string, index: number, all: readonly string[]): boolean => all.indexOf(label) === index;

/** Does something with one of them, which is then nobody's any more. */
async function withOne(some: Answer<Thing>[], work: (one: Answer<Thing>) => Promise<unknown>): Promise<void> {
  const one = some.shift();
  if (one !== undefined) await work(one);
}
