import { Controller, HttpCode, Module, Post } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { FakeDesk } from './fake-desk.harness.js';
import { Named } from '../../../test/harness/routes.dto.js';
import { CurrentActor, RequiresRole } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { Transactions } from '../../core/database/transactions.js';
import { Throws } from '../../core/http/openapi.js';
import { Plans } from '../../core/plans/plans.js';
import { QuotaExceeded } from '../../core/plans/plans.errors.js';
import { Retention } from '../../core/retention/retention.js';
import { monthOf } from './usage.service.js';

const EXCEEDED = { status: 429, body: { code: 'QUOTA_EXCEEDED', details: { metric: 'exports', limit: 150 } } };

@Controller('test-usage')
@RequiresRole('viewer')
class ExportsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly plans: Plans,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOkResponse({ type: Named })
  @Throws(QuotaExceeded)
  take(@CurrentActor() actor: Actor): Promise<Named> {
    return this.transactions.run(async (tx) => {
      await this.plans.take(tx, actor, 'exports');
      return { name: 'exported' };
    });
  }
}

@Module({ controllers: [ExportsController] })
class ExportsModule {}

describe('what a plan includes', () => {
  let instances: readonly TestApp[];
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [ExportsModule] });
    instances = [test, await TestApp.start({ modules: [ExportsModule], databaseUrl: test.databaseUrl })];
  });

  const counters = (actor: Actor) =>
    sql(
      test.databaseUrl,
      'SELECT metric, period::text, used::int, expires_at FROM usage_counters WHERE organization_id = $1',
      [actor.organizationId],
    );
  const take = (actor: Actor, metric: string, amount?: number) =>
    test.app.get(Transactions).run((tx) => test.app.get(Plans).take(tx, actor, metric, amount));

  it('[R-59] #1 is used up by 150 of 200 that come at once to a fresh organization, and one row says so', async () => {
    const { actor } = await test.actor();
    const headers = { 'x-test-actor': JSON.stringify(actor) };
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => instances[n % 2]!.api.with(headers).post('/v1/test-usage')),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(150);
    expect(refused).toHaveLength(50);
    for (const answer of refused) expect(answer).toMatchObject(EXCEEDED);
    expect(await counters(actor)).toMatchObject([{ metric: 'exports', used: 150 }]);
  }, 60_000);

  it('[R-59] is told to be there again when the month ends, in UTC', async () => {
    const { actor, api } = await test.actor();
    await take(actor, 'exports', 150);
    const answer = await api.post('/v1/test-usage');
    expect(answer).toMatchObject(EXCEEDED);
    const left = (monthOf(Date.now()).end - Date.now()) / 1_000;
    expect(Math.abs(Number(answer.headers.get('retry-after')) - left)).toBeLessThan(30);
    expect(monthOf(Date.parse('2026-12-31T23:59:59.999Z'))).toEqual({ first: '2026-12-01', end: Date.UTC(2027, 0) });
  });

  it('[R-59] is held to also by the first that comes, and by more than one at a time', async () => {
    const { actor } = await test.actor();
    await expect(take(actor, 'exports', 151)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(await counters(actor)).toEqual([]);
    await take(actor, 'exports', 100);
    await expect(take(actor, 'exports', 51)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await take(actor, 'exports', 50);
    expect(await counters(actor)).toMatchObject([{ used: 150 }]);
    for (const amount of [0, -1, 1.5, NaN])
      await expect(take(actor, 'exports', amount)).rejects.toThrow('cannot be used');
  });

  it('[R-59] is not used by what is rolled back', async () => {
    const { actor } = await test.actor();
    const lost = test.app.get(Transactions).run(async (tx) => {
      await test.app.get(Plans).take(tx, actor, 'exports', 10);
      throw new Error('no');
    });
    await expect(lost).rejects.toThrow('no');
    expect(await counters(actor)).toEqual([]);
  });

  it('[R-59] is counted anew each month, and apart by metric and organization', async () => {
    const [{ actor, api }, { actor: other }] = [await test.actor(), await test.actor()];
    await sql(
      test.databaseUrl,
      `INSERT INTO usage_counters VALUES ($1, 'exports', date_trunc('month', now() AT TIME ZONE 'UTC')::date - interval '1 month', 150, now())`,
      [actor.organizationId],
    );
    await take(other, 'exports', 150);
    await take(actor, 'unheard-of', 1_000);
    await take(actor, 'exports', 7);
    expect(await api.get('/v1/billing/usage')).toMatchObject({
      status: 200,
      body: {
        plan: 'free',
        metrics: [{ metric: 'exports', used: 7, limit: 150 }],
        periodEndsAt: new Date(monthOf(Date.now()).end).toISOString(),
      },
    });
  });

  it('is more on a better plan, at once', async () => {
    const { actor, api } = await test.actor();
    const desk = new FakeDesk(test);
    await take(actor, 'exports', 150);
    expect(await api.post('/v1/test-usage')).toMatchObject(EXCEEDED);
    const keyed = api.with({ 'idempotency-key': randomUUID() });
    const { body } = await keyed.post('/v1/billing/subscription/checkout', { plan: 'freelance' });
    await desk.settle(body.paymentId as string);
    expect(await api.post('/v1/test-usage')).toMatchObject({ status: 200 });
    expect(await api.get('/v1/billing/usage')).toMatchObject({
      body: { plan: 'freelance', metrics: [{ metric: 'exports', used: 151, limit: 2_500 }] },
    });
  });

  it('is kept for a year and then forgotten', async () => {
    const { actor } = await test.actor();
    await take(actor, 'exports');
    await sql(test.databaseUrl, `INSERT INTO usage_counters VALUES ($1, 'exports', '2020-01-01', 1, '2021-02-01')`, [
      actor.organizationId,
    ]);
    await test.app.get(Retention).sweep('usage_counters');
    const [left, ...none] = (await counters(actor)) as { period: string; expires_at: Date }[];
    expect(none).toEqual([]);
    const months = (left!.expires_at.getTime() - Date.parse(left!.period)) / (30.4 * 86_400_000);
    expect(Math.round(months)).toBe(13);
  });
});
