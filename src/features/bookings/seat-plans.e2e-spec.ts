import { DataSource, type QueryRunner } from 'typeorm';
import { TestApp } from '../../../test/harness/app.js';
import { AVAILABILITY } from './availability-statements.js';
import { concert, once } from './box-office.harness.js';
import { LOOK } from './seat-statements.js';

const SEATS = 20_000;
/** As many executions as PostgreSQL plans anew before it keeps a plan, and one more */
const UNTIL_IT_IS_KEPT = 6;

const TAKE_ALL = `
  INSERT INTO seats (organization_id, event_id, seat_type_id, label, hold_id, expires_at)
  SELECT organization_id, event_id, id, 'S' || n, gen_random_uuid(), now() + interval '1 hour'
    FROM seat_types, generate_series(1, $2::integer) n WHERE event_id = $1`;

const ROWS_READ = `
  SELECT (seq_tup_read + idx_tup_fetch)::integer AS read FROM pg_stat_xact_user_tables WHERE relname = 'seats'`;

const KEPT = 'SELECT FROM pg_prepared_statements WHERE generic_plans > 0 AND statement = ANY ($1)';

describe('a plan that was made when there were no seats', () => {
  let runner: QueryRunner;
  let eventId: string;
  let typeId: string;
  beforeAll(async () => {
    const test = await TestApp.start();
    const { api } = await test.actor();
    const rows = [{ prefix: 'S', from: 1, to: SEATS }];
    const seatTypes = [{ name: 'Seat', priceMinor: 0, currency: 'EUR', capacity: SEATS, rows }];
    const { body } = await once(api).post('/v1/events', concert({ seatTypes }));
    eventId = String(body.id);
    await api.post(`/v1/events/${eventId}/publish`);
    typeId = (body as unknown as { seatTypes: [{ id: string }] }).seatTypes[0].id;
    runner = test.app.get(DataSource).createQueryRunner();
  });
  afterAll(() => runner.release());

  it('does not read all of an event when they are taken', async () => {
    const look = () => runner.query(LOOK, [[eventId], [typeId], ['S777'], ['S'], [777]]);
    const count = () => runner.query(AVAILABILITY, [eventId, null]);
    for (let time = 0; time < UNTIL_IT_IS_KEPT; time++) {
      await look();
      await count();
    }
    expect(await runner.query(KEPT, [[LOOK, AVAILABILITY]])).toHaveLength(2);
    await runner.query(TAKE_ALL, [eventId, SEATS]);
    expect(await rowsReadBy(look)).toBe(1);
    expect(await rowsReadBy(count)).toBe(0);
  });

  async function rowsReadBy(ask: () => Promise<unknown>): Promise<number> {
    await runner.startTransaction();
    const before = await rowsRead();
    await ask();
    const read = (await rowsRead()) - before;
    await runner.commitTransaction();
    return read;
  }

  /** Also those before that PostgreSQL has not counted up yet. */
  async function rowsRead(): Promise<number> {
    const [{ read }] = (await runner.query(ROWS_READ)) as [{ read: number }];
    return read;
  }
});
