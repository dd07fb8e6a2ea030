import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { MeteredModule } from '../../../test/harness/metered.controller.js';
import { begin } from '../../../test/harness/metered-client.js';

describe('the codes of errors', () => {
  it('[R-08] #1 are another one for each of seven ways to fail, each with its status, and none is INTERNAL', async () => {
    const test = await TestApp.start({ modules: [MeteredModule], env: { RATE_LIMIT_PER_PRINCIPAL: '4' } });
    const [{ api }, viewer, owner] = [await test.actor(), await test.actor('viewer'), await test.actor()];
    const buy = (client: TestApp['api'], body: object) =>
      client.with({ 'idempotency-key': randomUUID() }).post('/v1/billing/credits/checkout', body);
    expect(await begin(api, { cost: 1, ending: 'hangs' })).toMatchObject({ status: 202 });
    const answers = {
      VALIDATION_FAILED: await buy(owner.api, { pack: 7 }),
      UNAUTHENTICATED: await test.api.get('/v1/billing/credits'),
      FORBIDDEN: await buy(viewer.api, { pack: 'small' }),
      NOT_FOUND: await api.get(`/v1/jobs/${randomUUID()}`),
      JOB_ALREADY_RUNNING: await begin(api, { cost: 1 }),
      INSUFFICIENT_CREDITS: await begin(owner.api, { cost: 1_000_000 }),
      RATE_LIMITED: await exhausted(viewer.api),
    };
    const codes = Object.values(answers).map(({ body }) => body.code);
    expect(codes).toEqual(Object.keys(answers));
    expect(Object.values(answers).map(({ status }) => status)).toEqual([400, 401, 403, 404, 409, 402, 429]);
  });

  /** The first answer that is no longer that of the route. */
  async function exhausted(api: TestApp['api']) {
    for (let asked = 0; asked < 10; asked++) {
      const answer = await api.get('/v1/billing/credits');
      if (answer.status !== 200) return answer;
    }
    throw new Error('There is no limit.');
  }
});
