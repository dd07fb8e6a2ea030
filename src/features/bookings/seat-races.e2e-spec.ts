import { randomUUID } from 'node:crypto';
import type { Answer, ApiClient } from '../../../test/harness/api-client.js';
import { type TestApp } from '../../../test/harness/app.js';
import { atOnce } from '../../../test/harness/at-once.js';
import { connection } from '../../../test/harness/connection.js';
import { sql } from '../../../test/harness/database.js';
import { inLanes } from '../../../test/harness/lanes.js';
import { hasRedisServer, RedisServer } from '../../../test/harness/redis.js';
import { SOAK_SECONDS } from '../../../test/harness/soak.js';
import { available, hold, holdStanding, once, published, type Sale, VIP } from './box-office.harness.js';
import { FakeDesk } from './fake-desk.harness.js';
import { deadlocksIn, seatFaults } from './seat-faults.harness.js';
import { CALM, stormOf, twins } from './seat-storm.harness.js';

/** People who want the same, half of them at each instance. */
const crowd = ([one, other]: readonly [TestApp, TestApp], size: number): Promise<ApiClient[]> =>
  inLanes(8, [...Array(size).keys()], async (index) => (await (index % 2 ? one : other).actor('viewer')).api);

/** How often each answer was given: `{ '201': 1, '409 SEAT_TAKEN': 99 }`. */
function tally(answers: readonly Answer[]): Record<string, number> {
  const told = answers.map(({ status, body }) => (status === 201 ? '201' : `${status} ${body.code as string}`));
  return Object.fromEntries([...new Set(told)].map((one) => [one, told.filter((other) => other === one).length]));
}

describe('a seat that many want', () => {
  let instances: [TestApp, TestApp];
  let sale: Sale;
  beforeAll(async () => {
    instances = await twins();
  });
  beforeEach(async () => {
    sale = await published(instances[0]);
  });

  const settled = async () => {
    expect(await seatFaults(instances[0])).toEqual([]);
    expect(await available(instances[1], sale)).toBe(9);
    expect(await sql(instances[0].databaseUrl, 'SELECT FROM seat_holds WHERE event_id = $1', [sale.id])).toHaveLength(
      1,
    );
  };

  it.each([
    [100, 100],
    [1_000, 1_000],
  ])(
    '[R-60] #1 is held by one of %i through two instances, and all others hear that it is taken',
    async (size, lanes) => {
      const answers = await inLanes(lanes, await crowd(instances, size), (buyer) => hold(buyer, sale, ['A1']));
      expect(tally(answers)).toEqual({ '201': 1, '409 SEAT_TAKEN': size - 1 });
      await settled();
    },
    180_000,
  );

  it('[R-60] is held by one, also if nobody knows of anybody when they begin to write', async () => {
    const buyers = await crowd(instances, 14);
    const waiting = [...buyers];
    const take = () => hold(waiting.pop() as ApiClient, sale, ['A1']);
    expect(tally(await atOnce(instances[0].databaseUrl, 14, take))).toEqual({ '201': 1, '409 SEAT_TAKEN': 13 });
    await settled();
  }, 60_000);

  it('[R-28] #2 may be called like one of another type, and is another one', async () => {
    const rows = [{ prefix: 'A', from: 1, to: 10 }];
    sale = await published(instances[0], { seatTypes: [VIP, { ...VIP, name: 'STD', rows }] });
    const [one, other] = (await crowd(instances, 2)) as [ApiClient, ApiClient];
    expect((await hold(one, sale, ['A1'])).status).toBe(201);
    expect((await hold(other, sale, ['A1'], 'STD')).status).toBe(201);
    for (const buyer of [one, other]) {
      expect(await hold(buyer, sale, ['A1'])).toMatchObject({ status: 409, body: { code: 'SEAT_TAKEN' } });
    }
    expect([await available(instances[0], sale), await available(instances[0], sale, 'STD')]).toEqual([9, 9]);
  });

  it('[R-62] is booked once, however often and wherever one asks for it with one key', async () => {
    new FakeDesk(instances[1], new FakeDesk(instances[0]));
    const { api, actor } = await instances[0].actor('viewer');
    const { body } = await hold(api, sale, ['A1']);
    const key = { 'idempotency-key': randomUUID() };
    const twin = instances[1].api.with({ 'x-test-actor': JSON.stringify(actor) });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 ? api : twin).with(key).post('/v1/bookings', { holdId: body.id }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    for (const answer of answers) expect(answer.body).toEqual(answers[0]?.body);
    expect(await sql(instances[0].databaseUrl, 'SELECT FROM bookings WHERE event_id = $1', [sale.id])).toHaveLength(1);
    expect(await once(api).post('/v1/bookings', { holdId: body.id })).toMatchObject({ status: 409 });
    expect(await seatFaults(instances[0])).toEqual([]);
  });
});

if (hasRedisServer) {
  describe('a seat that many want while the shared store is down', () => {
    it('[R-60] #1 is held by one of 100 all the same', async () => {
      const redis = await RedisServer.start();
      const instances = await twins(redis.env);
      const sale = await published(instances[0]);
      const buyers = await crowd(instances, 100);
      await redis.kill();
      const answers = await inLanes(100, buyers, (buyer) => hold(buyer, sale, ['A1']));
      expect(tally(answers)).toEqual({ '201': 1, '409 SEAT_TAKEN': 99 });
      expect(await seatFaults(instances[0])).toEqual([]);
    }, 120_000);
  });
}

/** Lets others come between any two seats that somebody takes. */
const SLOWLY = `
  CREATE FUNCTION test_slowly() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END $$;
  CREATE TRIGGER test_slowly BEFORE INSERT ON seats FOR EACH ROW EXECUTE FUNCTION test_slowly()`;

describe('many who want overlapping seats', () => {
  it('[R-60] take them in one order, in whatever order they ask for them', async () => {
    const instances = await twins();
    const [{ databaseUrl }] = instances;
    const sale = await published(instances[0]);
    await sql(databaseUrl, SLOWLY);
    const orders = [...'123', ...'321', ...'231', ...'312'].map((number) => `A${number}`);
    const buyers = (await crowd(instances, 4)).entries();
    const answers = [...buyers].map(([at, buyer]) => hold(buyer, sale, orders.slice(3 * at, 3 * at + 3)));
    expect(tally(await Promise.all(answers))).toEqual({ '201': 1, '409 SEAT_TAKEN': 3 });
    for (const instance of instances) await instance.close();
    expect(await deadlocksIn(databaseUrl)).toBe(0);
  }, 60_000);

  it('[R-60] wait for nobody who waits for them, while places are freed that had run out', async () => {
    const instances = await twins();
    const [one] = instances;
    const sale = await published(one);
    const buyers = await crowd(instances, 6);
    const { VIP: seatTypeId, Standing } = sale.types;
    const seats = [{ seatTypeId: Standing }, { seatTypeId, label: 'A1' }];
    const gone = await holdStanding((await one.actor()).api, sale, 5);
    await sql(one.databaseUrl, SLOWLY);
    // Whoever cleans up skips what somebody else is at.
    const other = await connection(one.databaseUrl);
    await other.query('BEGIN');
    await other.query('SELECT FROM seat_holds WHERE id = $1 FOR UPDATE', [gone.body.id]);
    await sql(one.databaseUrl, 'UPDATE seats SET expires_at = now() WHERE hold_id = $1', [gone.body.id]);
    const answers = await Promise.all(buyers.map((buyer) => buyer.post(`/v1/events/${sale.id}/holds`, { seats })));
    expect(tally(answers)).toEqual({ '201': 1, '409 SEAT_TAKEN': 5 });
    for (const instance of instances) await instance.close();
    expect(await deadlocksIn(one.databaseUrl)).toBe(0);
  }, 60_000);

  it(
    '[R-60] never wait for each other, and never have some of what they want',
    async () => {
      await expect(stormOf(SOAK_SECONDS)).resolves.toEqual(CALM);
    },
    120_000 + SOAK_SECONDS * 1_000,
  );
});
