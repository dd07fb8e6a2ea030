import { Controller, Get, Module } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { FakeDesk } from './fake-desk.harness.js';
import { Named } from '../../../test/harness/routes.dto.js';
import { statementsOf } from '../../../test/harness/statements.js';
import { Public, RequiresRole } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { PlanLimit } from '../../core/plans/plan-limit.decorator.js';

const ROUTE = '/v1/test-plans/expensive';
const LIMITED = { status: 429, body: { code: 'RATE_LIMITED' } };

@Controller('test-plans')
@RequiresRole('viewer')
class ExpensiveController {
  @Get('expensive')
  @PlanLimit('expensive')
  @ApiOkResponse({ type: Named })
  expensive(): Named {
    return { name: 'expensive' };
  }

  @Get('as-expensive')
  @PlanLimit('expensive')
  @ApiOkResponse({ type: Named })
  asExpensive(): Named {
    return { name: 'as expensive' };
  }

  @Get('for-everybody')
  @Public()
  @PlanLimit('expensive')
  @ApiOkResponse({ type: Named })
  forEverybody(): Named {
    return { name: 'for everybody' };
  }

  @Get('of-no-group')
  @PlanLimit('unheard-of')
  @ApiOkResponse({ type: Named })
  ofNoGroup(): Named {
    return { name: 'of a group that no plan names' };
  }
}

@Module({ controllers: [ExpensiveController] })
class ExpensiveModule {}

describe('the limits of a plan', () => {
  let instances: readonly [TestApp, TestApp];
  let test: TestApp;
  let desk: FakeDesk;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [ExpensiveModule] });
    instances = [test, await TestApp.start({ modules: [ExpensiveModule], databaseUrl: test.databaseUrl })];
    desk = new FakeDesk(test);
  });

  const as = (actor: Actor, { api }: TestApp = test) => api.with({ [ACTOR_HEADER]: JSON.stringify(actor) });
  /** As an API key of theirs, another one each time. */
  const keyOf = (actor: Actor): Actor => ({ ...actor, sessionId: randomUUID(), scopes: ['test-plans:read'] });
  const from = (address: string, api: ApiClient) => api.with({ 'x-forwarded-for': address });

  async function times(count: number, api: ApiClient, path = ROUTE): Promise<{ ok: number; limited: number }> {
    const tally = { ok: 0, limited: 0 };
    for (let n = 0; n < count; n++) {
      const answer = await api.get(path);
      if (answer.status === 200) tally.ok++;
      else expect(answer).toMatchObject(LIMITED);
    }
    tally.limited = count - tally.ok;
    return tally;
  }

  /** @returns the payment */
  async function pay(api: ApiClient, plan: string): Promise<string> {
    const checkout = api.with({ 'idempotency-key': randomUUID() });
    const { status, body } = await checkout.post('/v1/billing/subscription/checkout', { plan });
    expect(status).toBe(201);
    expect(await desk.settle(body.paymentId as string)).toBe('settled');
    return body.paymentId as string;
  }

  it.each([
    ['free', 3],
    ['freelance', 10],
    ['business', 50],
  ])(
    '[R-50] #1 let a key of the %s plan through %i times in a minute, over all routes of the group',
    async (plan, quota) => {
      const { actor, api } = await test.actor();
      if (plan !== 'free') await pay(api, plan);
      const key = as(keyOf(actor));
      expect(await times(quota - 1, key)).toEqual({ ok: quota - 1, limited: 0 });
      const last = await key.get('/v1/test-plans/as-expensive');
      expect(last.status).toBe(200);
      expect(last.headers.get('ratelimit-policy')).toContain(`"plan-expensive";q=${quota};w=60`);
      const over = await key.get(ROUTE);
      expect(over).toMatchObject(LIMITED);
      expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(over.headers.get('retry-after'))).toBeLessThan(61);
      // Another key, and the person themselves, have as many.
      expect(await times(1, as(keyOf(actor)))).toEqual({ ok: 1, limited: 0 });
      expect(await times(1, api)).toEqual({ ok: 1, limited: 0 });
    },
  );

  it('[R-50] #2 are not shared by two users behind one address', async () => {
    const [one, other] = [await test.actor(), await test.actor()];
    expect(await times(4, from('198.51.100.7', one.api))).toEqual({ ok: 3, limited: 1 });
    expect(await times(4, from('198.51.100.7', other.api))).toEqual({ ok: 3, limited: 1 });
  });

  it('[R-50] #2 are shared by one user on two addresses, and on two instances', async () => {
    const { actor } = await test.actor();
    expect(await times(2, from('198.51.100.8', as(actor)))).toEqual({ ok: 2, limited: 0 });
    expect(await times(2, from('198.51.100.9', as(actor, instances[1])))).toEqual({ ok: 1, limited: 1 });
    expect(await times(1, from('198.51.100.8', as(actor)))).toEqual({ ok: 0, limited: 1 });
  });

  it('[R-50] hold callers whom nobody knows to the free plan, by their address', async () => {
    const path = '/v1/test-plans/for-everybody';
    expect(await times(4, from('198.51.100.10', test.api), path)).toEqual({ ok: 3, limited: 1 });
    expect(await times(1, from('198.51.100.11', test.api), path)).toEqual({ ok: 1, limited: 0 });
  });

  it('say nothing of a group that no plan names', async () => {
    const { api } = await test.actor();
    expect(await times(10, api, '/v1/test-plans/of-no-group')).toEqual({ ok: 10, limited: 0 });
  });

  it('[R-50] change within a second on every instance, also for who has nothing left of the old ones', async () => {
    const { actor, api } = await test.actor();
    for (const instance of instances) await times(4, as(actor, instance));
    for (const instance of instances) expect(await as(actor, instance).get(ROUTE)).toMatchObject(LIMITED);
    const payment = await pay(api, 'business');
    await Promise.all(
      instances.map((instance) =>
        eventually(async () => expect(await as(actor, instance).get(ROUTE)).toMatchObject({ status: 200 }), 1_000),
      ),
    );
    await desk.giveBack(payment);
    await Promise.all(
      instances.map((instance) =>
        eventually(async () => expect(await as(actor, instance).get(ROUTE)).toMatchObject(LIMITED), 1_000),
      ),
    );
  });

  it('cost no statement to know', async () => {
    const { api } = await test.actor();
    await api.get(ROUTE);
    const statements = await statementsOf(test, () => api.get(ROUTE));
    expect(statements.filter(({ text }) => text.includes('subscription'))).toEqual([]);
  });

  it('end with the time that is paid for, at that moment, though it is remembered', async () => {
    const { actor, api } = await test.actor();
    await pay(api, 'business');
    await api.with({ 'idempotency-key': randomUUID() }).post('/v1/billing/subscription/cancel');
    await sql(
      test.databaseUrl,
      `UPDATE subscription_periods SET ends_at = now() + interval '2 seconds' WHERE organization_id = $1`,
      [actor.organizationId],
    );
    // Nobody was told of that, so it is read by who has not looked yet.
    const [, { api: elsewhere }] = instances;
    const there = elsewhere.with({ [ACTOR_HEADER]: JSON.stringify(actor) });
    const policy = async () => (await there.get(ROUTE)).headers.get('ratelimit-policy');
    expect(await policy()).toContain('"plan-expensive";q=50;');
    await eventually(async () => expect(await policy()).toContain('"plan-expensive";q=3;'), 5_000);
  });

  it('[R-50] come after the loose limit of a user, and count nothing that it refuses', async () => {
    const strict = await TestApp.start({ modules: [ExpensiveModule], env: { RATE_LIMIT_PER_PRINCIPAL: '2' } });
    const { actor, api } = await strict.actor();
    expect(await times(3, api)).toEqual({ ok: 2, limited: 1 });
    const refused = await api.get(ROUTE);
    expect(refused.headers.get('ratelimit-policy')).toContain('"principal";q=2');
    expect(refused.headers.get('ratelimit-policy')).not.toContain('plan-expensive');
    const counted = await sql(strict.databaseUrl, 'SELECT hits FROM rate_limits WHERE key = $1', [
      `plan-expensive:${actor.userId}`,
    ]);
    expect(counted).toEqual([{ hits: 2 }]);
  });
});
