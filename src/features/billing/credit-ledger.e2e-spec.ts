import { jest } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Alerts } from '../../core/alerts/alerts.js';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { MeteredModule } from '../../../test/harness/metered.controller.js';
import { MOVES } from '../../../test/harness/metered.dto.js';
import { move } from '../../../test/harness/metered-client.js';
import { AppProcess, METRICS, PRODUCTION } from '../../../test/harness/process.js';
import { reconcileCredits } from './credit-reconciliation.js';
import { NightlyReconciliation } from './nightly-reconciliation.js';

const GRANTED = { BILLING_SIGNUP_CREDITS: '200' };
const OPERATIONS = 1_000;
const LANES = 16;

const pick = <T>(from: readonly T[]): T => from[randomInt(from.length)] as T;

describe('the ledger', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [MeteredModule], env: { ...METRICS.env, ...GRANTED } });
  });

  const environment = () => ({
    ...PRODUCTION,
    ...GRANTED,
    DATABASE_URL: test.databaseUrl,
    NODE_ENV: 'test',
    DB_SSL_MODE: 'disable',
  });
  const serve = () => AppProcess.serve(environment(), 'test/fixtures/main-with-meter.js');
  const reconcile = async () => {
    const command = await AppProcess.spawn(environment(), 'src/features/billing/reconcile-credits.js');
    const { code } = await command.exit;
    return { code, differences: command.log, said: command.stderr };
  };
  const differences = async () => (await reconcileCredits(test.app.get(DataSource).manager)).differences;

  async function spent(): Promise<Actor> {
    const { actor, api } = await test.actor();
    await move(api, { move: 'charge', reference: 'test:1', amount: 2 });
    return actor;
  }

  it('[R-57] #1 sums up to every balance after a thousand operations in which a process was killed', async () => {
    const actors = await Promise.all(Array.from({ length: 6 }, () => test.actor()));
    const clientsOf = ({ url }: AppProcess) =>
      actors.map(({ actor }) => new ApiClient(url).with({ [ACTOR_HEADER]: JSON.stringify(actor) }));
    let [left, clients] = [OPERATIONS, clientsOf(await serve())];
    const failed: unknown[] = [];
    const statuses = new Set<number>();
    const lane = async () => {
      while (left-- > 0) {
        const request = { move: pick(MOVES), reference: `test:${randomInt(150)}`, amount: randomInt(1, 9) };
        await move(pick(clients), request).then(
          ({ status }) => statuses.add(status),
          (thrown: unknown) => failed.push(thrown),
        );
      }
    };
    const first = await AppProcess.serve(environment(), 'test/fixtures/main-with-meter.js');
    clients = clientsOf(first);
    const lanes = Promise.all(Array.from({ length: LANES }, lane));
    await first.until(() => left < OPERATIONS / 2);
    first.kill('SIGKILL');
    await first.exit;
    clients = clientsOf(await serve());
    await lanes;
    expect(failed.length).toBeGreaterThan(0);
    expect(statuses).toContain(200);
    expect(await reconcile()).toMatchObject({ code: 0, differences: [] });
    const rows = await sql<{ balance: string; sum: string }>(
      test.databaseUrl,
      `SELECT a.balance, (SELECT sum(amount) FROM credit_entries e WHERE e.organization_id = a.organization_id) AS sum
         FROM credit_accounts a`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(6);
    for (const { balance, sum } of rows) expect(balance).toBe(sum);
  }, 180_000);

  it('[R-57] #2 lets nobody change or delete a row, nor move a balance without one', async () => {
    const { organizationId } = await spent();
    const changes = [
      'UPDATE credit_entries SET amount = 1',
      'UPDATE credit_entries SET amount = amount WHERE false',
      'DELETE FROM credit_entries',
      'TRUNCATE credit_entries CASCADE',
      'SET session_replication_role = replica; DELETE FROM credit_entries',
    ];
    for (const change of changes) {
      const refused = expect(sql(test.databaseUrl, change)).rejects;
      await refused.toMatchObject({ code: '42501', message: 'credit_entries is only added to' });
    }
    for (const change of ['balance = balance + 1', 'reserved = 1', 'entries = entries + 1', 'entries = entries']) {
      const refused = expect(sql(test.databaseUrl, `UPDATE credit_accounts SET ${change}`)).rejects;
      await refused.toMatchObject({ code: '42501', message: 'credit_accounts changes with an entry only' });
    }
    await expect(
      sql(test.databaseUrl, 'DELETE FROM credit_accounts WHERE organization_id = $1', [organizationId]),
    ).rejects.toMatchObject({ code: '23001' });
    expect(await differences()).toEqual([]);
  });

  it('[R-30] #1 refuses what is no move of credits', async () => {
    const { organizationId } = await spent();
    const insert = (values: string) =>
      sql(
        test.databaseUrl,
        `INSERT INTO credit_entries (organization_id, number, reason, reference, amount, reserved, counterpart, balance_after)
         VALUES ($1, 99, ${values})`,
        [organizationId],
      );
    for (const values of [
      `'grant', 'x', 5, 0, 0, 5`,
      `'grant', 'x', -5, 0, 5, 0`,
      `'charge', 'x', 5, 0, -5, 5`,
      `'reserve', 'x', -5, 0, 5, 5`,
      `'capture', 'x', 5, -4, -1, 5`,
      `'gift', 'x', 5, 0, -5, 5`,
      `'grant', '', 5, 0, -5, 5`,
      `'grant', 'x', 5, 0, -5, -1`,
    ]) {
      await expect(insert(values)).rejects.toMatchObject({ code: '23514' });
    }
    await expect(insert(`'charge', 'test:1', -5, 0, 5, 5`)).rejects.toMatchObject({
      code: '23505',
      constraint: 'credit_entries_organization_id_reference_reason_key',
    });
  });

  it('names the accounts that differ, by the command and each night by an alert', async () => {
    const alerts = jest.spyOn(test.app.get(Alerts), 'raise');
    const nightly = test.app.get(NightlyReconciliation);
    const signal = new AbortController().signal;
    await nightly.handle({}, { signal } as never);
    expect(alerts).not.toHaveBeenCalled();
    const { organizationId } = await spent();
    // As whoever owns the database could.
    await sql(
      test.databaseUrl,
      'ALTER TABLE credit_accounts DISABLE TRIGGER credit_accounts_follow; UPDATE credit_accounts SET balance = balance + 1' +
        ` WHERE organization_id = '${organizationId}'; ALTER TABLE credit_accounts ENABLE ALWAYS TRIGGER credit_accounts_follow`,
    );
    const { code, differences, said } = await reconcile();
    expect({ code, differences }).toMatchObject({
      code: 1,
      differences: [{ organizationId, balance: '199', entered: '198', broken: '0' }],
    });
    expect(said).toMatch(/ accounts, 1 of them differ/);
    await nightly.handle({}, { signal } as never);
    expect(alerts).toHaveBeenCalledWith(expect.objectContaining({ key: 'credits-differ', severity: 'critical' }));
    expect(await METRICS.value(test, 'credit_differences_total')).toBe(1);
  });
});
