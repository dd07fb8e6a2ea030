import { DataSource, type QueryRunner } from 'typeorm';
import { TestApp } from '../../../test/harness/app.js';
import { AVAILABILITY, TAKEN } from './availability-statements.js';
import { concert, once } from './box-office.harness.js';
import { LOOK } from './seat-statements.js';

const SEATS = 20_000;
/** As many executions as PostgreSQL plans anew before it keeps a plan, and one more */
const UNTIL_IT_IS_KEPT = 6;

const TAKE = `
  INSERT INTO seats (organization_id, event_id, seat_type_id, label, hold_id, expires_at)
  SELECT organization_id, event_id, id, 'S' || n, gen_random_uuid(), now() + interval '1 hour'
    FROM seat_types, generate_series($2::integer, $3::integer) n WHERE event_id = $1`;

const ROWS_READ = `
  SELECT (seq_tup_read + idx_tup_fetch)::integer AS read FROM pg_stat_xact_user_tables WHERE relname = 'seats'`;

const KEPT = 'SELECT FROM pg_prepared_statements WHERE generic_plans > 0 AND statement = ANY ($1)';

describe('a plan that was made when there were few seats', () => {
  let test: TestApp;
  let runner: QueryRunner;
  beforeEach(async () => {
    test = await TestApp.start();
    runner = test.app.get(DataSource).createQueryRunner();
  });
  afterEach(() => runner.release());

  async function onSale(): Promise<[eventId: string, typeId: string]> {
    const { api } = await test.actor();
    const rows = [{ prefix: 'S', from: 1, to: SEATS }];
    const seatTypes = [{ name: 'Seat', priceMinor: 0, currency: 'EUR', capacity: SEATS, rows }];
    const { body } = await once(api).post('/v1/events', concert({ seatTypes }));
    const { id, seatTypes: types } = body as unknown as { id: string; seatTypes: [{ id: string }] };
    await api.post(`/v1/events/${id}/publish`);
    return [id, types[0].id];
  }

  it.each([
    ['and nobody knew anything of them', 0, false],
    ['and there were a thousand', 1_000, true],
  ])('does not read all of an event when they are taken: %s', async (_, before, isKnown) => {
    const [eventId, typeId] = await onSale();
    await runner.query(TAKE, [(await onSale())[0], 1, before]);
    if (isKnown) await runner.query('ANALYZE');
    const look = () => runner.query(LOOK, [[eventId], [typeId], ['S777'], ['S'], [777]]);
    const list = () => runner.query(TAKEN, [eventId, typeId, ['S777']]);
    const count = () => runner.query(AVAILABILITY, [eventId, null]);
    for (let time = 0; time < UNTIL_IT_IS_KEPT; time++) for (const ask of [look, list, count]) await ask();
    // What is planned each time cannot be wrong for long.
    expect(await runner.query(KEPT, [[LOOK, AVAILABILITY]])).toHaveLength(2);
    await runner.query(TAKE, [eventId, 1, SEATS]);
    expect(await rowsReadBy(look)).toBe(1);
    expect(await rowsReadBy(list)).toBe(1);
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
