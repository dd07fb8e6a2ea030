import { Module, Param, Post, Controller } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { METRICS } from '../../../test/harness/process.js';
import { statementsOf } from '../../../test/harness/statements.js';
import { RequiresAdministrator } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { Retention } from '../retention/retention.js';
import { Transactions } from '../database/transactions.js';
import { Conflict } from '../errors/core.errors.js';
import { ById } from '../http/by-id.dto.js';
import { Throws } from '../http/openapi.js';
import { Anomalies } from './anomalies.js';
import type { AuditLogPage } from './audit-log.dto.js';
import { Audit } from './audit.service.js';
import { defineAuditAction } from './define-audit-action.js';

const painted = defineAuditAction('wall.painted');
const repainted = defineAuditAction('wall.repainted');

/** Fails after it was let in. */
@Controller('test/walls')
class WallsController {
  @Post(':id')
  @RequiresAdministrator()
  @Throws(Conflict)
  paint(@Param() _: ById): void {
    throw new Conflict();
  }
}

@Module({ controllers: [WallsController] })
class WallsModule {}

type Row = Record<string, unknown>;

describe('the audit log', () => {
  let test: TestApp;
  let audit: Audit;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [WallsModule], env: METRICS.env });
    audit = test.app.get(Audit);
  });

  const rowsOf = ({ organizationId }: Actor) =>
    sql<Row>(test.databaseUrl, 'SELECT * FROM audit_log WHERE organization_id = $1 ORDER BY at, id', [organizationId]);
  const read = async (api: TestApp['api'], query = '') =>
    (await api.get<AuditLogPage & Row>(`/v1/audit-log${query}`)).body;

  it('holds what happened if and only if it did', async () => {
    const { actor } = await test.actor();
    const transactions = test.app.get(Transactions);
    const wall = randomUUID();
    await transactions.run((tx) => audit.record(tx, actor, painted, { type: 'wall', id: wall }));
    const lost = transactions.run(async (tx) => {
      await audit.record(tx, actor, repainted);
      throw new Error('the paint is dry');
    });
    await expect(lost).rejects.toThrow('the paint is dry');
    expect(await rowsOf(actor)).toEqual([
      expect.objectContaining({ actor_id: actor.userId, action: 'wall.painted', target_type: 'wall', target_id: wall }),
    ]);
  });

  it('[R-16] #2 lets nobody change or delete a row, nor the application, whose table it is', async () => {
    const { actor } = await test.actor();
    await audit.recordAlone(actor, painted);
    const changes = [
      `UPDATE audit_log SET action = 'wall.cleaned'`,
      'UPDATE audit_log SET action = action WHERE false',
      'DELETE FROM audit_log',
      'TRUNCATE audit_log CASCADE',
      `SET session_replication_role = replica; DELETE FROM audit_log`,
    ];
    for (const change of changes) {
      const refused = expect(sql(test.databaseUrl, change)).rejects;
      await refused.toMatchObject({ code: '42501', message: 'audit_log is only added to' });
    }
    for (const [table, id] of Object.entries({ users: actor.userId, organizations: actor.organizationId })) {
      await expect(sql(test.databaseUrl, `DELETE FROM ${table} WHERE id = $1`, [id])).rejects.toMatchObject({
        code: '23001',
      });
    }
    expect(await rowsOf(actor)).toHaveLength(1);
  });

  it('[R-16] #2 shows the admins of an organization its own rows, and nobody else', async () => {
    const [mine, theirs, member] = [await test.actor('admin'), await test.actor('owner'), await test.actor('member')];
    await audit.recordAlone(mine.actor, painted);
    await audit.recordAlone({ organizationId: null, userId: null }, painted);
    expect((await read(mine.api)).data).toHaveLength(1);
    expect((await read(theirs.api)).data).toEqual([]);
    expect(await member.api.get('/v1/audit-log')).toMatchObject({ status: 403 });
  });

  it('is read newest first, by action, by actor and by time, from an index each', async () => {
    const [{ actor, api }, other] = [await test.actor('admin'), await test.actor()];
    const colleague = { ...actor, userId: other.actor.userId };
    for (const [doer, action] of [
      [actor, painted],
      [colleague, painted],
      [actor, repainted],
    ] as const) {
      await audit.recordAlone(doer, action);
    }
    const { data } = await read(api);
    expect(data.map(({ action, actorId }) => [action, actorId])).toEqual([
      ['wall.repainted', actor.userId],
      ['wall.painted', colleague.userId],
      ['wall.painted', actor.userId],
    ]);
    const [newest, middle, oldest] = data.map(({ id }) => id);
    const ids = async (query: string) => (await read(api, query)).data.map(({ id }) => id);
    expect(await ids('?action=wall.painted')).toEqual([middle, oldest]);
    expect(await ids(`?actorId=${colleague.userId}`)).toEqual([middle]);
    // A view tells milliseconds, of which a row is never later than the next one.
    const next = new Date(Date.parse(data[1]?.at ?? '') + 1).toISOString();
    expect(await ids(`?to=${next}`)).toEqual(expect.arrayContaining([middle, oldest]));
    expect(await ids(`?from=${encodeURIComponent('2999-01-01T00:00:00+02:00')}`)).toEqual([]);
    expect(await ids(`?from=${data[2]?.at}`)).toEqual([newest, middle, oldest]);
    for (const query of ['', '&action=wall.painted', `&actorId=${actor.userId}`, '&from=2020-01-01T00:00:00Z']) {
      expect(await detours(api, query)).toEqual([]);
    }
  });

  it('refuses times that there are not', async () => {
    const { api } = await test.actor('admin');
    for (const time of ['yesterday', '2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:60Z', '2026-W05']) {
      expect(await api.get(`/v1/audit-log?from=${time}`)).toMatchObject({ status: 400 });
    }
  });

  it('knows the request and where it came from, and forgets only the latter', async () => {
    const { actor, api } = await test.administrator();
    const wall = randomUUID();
    const headers = { 'x-request-id': 'request-of-a-painter', 'x-forwarded-for': '192.0.2.7' };
    // It failed, and they had tried all the same.
    expect(await api.with(headers).post(`/v1/test/walls/${wall}`)).toMatchObject({ status: 409 });
    const [shown] = (await read(api)).data;
    expect(shown).toMatchObject({
      action: 'administration.called',
      targetType: 'POST /v1/test/walls/:id',
      targetId: wall,
      address: '192.0.2.7',
      requestId: 'request-of-a-painter',
    });
    await test.app.get(Transactions).run((tx) => audit.forgetAddresses(tx, actor.userId));
    expect((await read(api)).data[0]).toMatchObject({ id: shown?.id, address: null });
  });

  it('forgets where something came from after 90 days by itself', async () => {
    const { api } = await test.administrator();
    await api.get('/v1/test/walls');
    await api.post(`/v1/test/walls/${randomUUID()}`);
    expect((await read(api)).data[0]?.address).toMatch(/^10\./);
    await sql(test.databaseUrl, `UPDATE audit_addresses SET expires_at = expires_at - interval '90 days'`);
    expect(await test.app.get(Retention).sweep('audit_addresses')).toBeGreaterThan(0);
    expect((await read(api)).data[0]?.address).toBeNull();
  });

  it('takes only actions that are declared, once, as a thing and what happened', () => {
    expect(() => defineAuditAction('wall.painted')).toThrow('declared twice');
    for (const name of ['wall', 'Wall.painted', 'wall.', `${'w'.repeat(100)}.painted`]) {
      expect(() => defineAuditAction(name)).toThrow('not named as thing.happened');
    }
  });

  it('[R-16] #3 counts ten of a kind in ten minutes as one anomaly, on whatever instance they are', async () => {
    const second = await TestApp.start({ databaseUrl: test.databaseUrl, env: METRICS.env });
    const found = async () => {
      const values = [test, second].map((one) => METRICS.value(one, 'security_anomaly_total', 'kind="paint"'));
      return (await Promise.all(values)).reduce((sum, value) => sum + value);
    };
    const count = (index: number) => [test, second][index % 2]?.app.get(Anomalies).count('paint', 'wall');
    for (let index = 0; index < 9; index++) await count(index);
    expect(await found()).toBe(0);
    await Promise.all([count(9), count(10), count(11), count(12)]);
    expect(await found()).toBe(1);
  });

  /** What the planner would have to do beside following an index. */
  async function detours(api: TestApp['api'], query: string): Promise<string[]> {
    const sent = await statementsOf(test, () => read(api, `?limit=1${query}`));
    const page = sent.find(({ text }) => / LIMIT 2\b/.test(text));
    const url = new URL(test.databaseUrl);
    url.searchParams.set('options', '-c enable_seqscan=off -c enable_sort=off -c enable_bitmapscan=off');
    const plan = await sql(url.href, ['EXPLAIN (FORMAT JSON)', page?.text].join(' '), page?.values);
    return JSON.stringify(plan).match(/"(Seq Scan|Sort|Incremental Sort)"|"Filter"/g) ?? [];
  }
});
