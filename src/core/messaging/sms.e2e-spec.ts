import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { oneTimeCode, TestMailsModule } from '../../../test/harness/mails.controller.js';
import { METRICS } from '../../../test/harness/process.js';
import { refusal } from '../../../test/harness/refusal.js';
import { says, StubUpstream } from '../../../test/harness/upstream.js';
import { Transactions } from '../database/transactions.js';
import { minutes, seconds } from '../time/duration.js';
import { Sms, type SmsRecipient } from './sms.service.js';

const PHONE = '+4915112345678';
const ACCOUNT = `AC${'0'.repeat(32)}`;
const CREDENTIALS = {
  TWILIO_ACCOUNT_SID: ACCOUNT,
  TWILIO_AUTH_TOKEN: 'a-token-of-the-test',
  TWILIO_FROM: '+15005550006',
};
const SENT = says(201, { sid: 'SM1', status: 'queued' });

describe('a text message', () => {
  let twilio: StubUpstream;
  let test: TestApp;
  beforeAll(async () => {
    twilio = await StubUpstream.start();
    const env = { SMS_ENABLED: 'true', ...CREDENTIALS, TWILIO_API_URL: twilio.url, ...METRICS.env };
    test = await TestApp.start({ modules: [TestMailsModule], env });
  });
  beforeEach(() => twilio.willAnswer(SENT));

  const send = (to: SmsRecipient, ttl = minutes(10)) =>
    test.app.get(Transactions).run((tx) => test.app.get(Sms).send(tx, to, oneTimeCode, { code: '123456', ttl }));
  const waiting = () => sql(test.databaseUrl, 'SELECT 1 FROM outgoing_messages');
  const outcomes = (outcome: string) => METRICS.value(test, 'messages_total', `outcome="${outcome}"`);
  const settled = () => eventually(async () => expect(await waiting()).toEqual([]), 30_000);

  it('is asked of Twilio as its API wants it, and nobody waits for that', async () => {
    expect(await test.api.post('/v1/test/otp', { phone: PHONE })).toMatchObject({ status: 204 });
    await settled();
    expect(twilio.hits).toMatchObject([{ method: 'POST', path: `/2010-04-01/Accounts/${ACCOUNT}/Messages.json` }]);
    const [hit] = twilio.hits;
    expect(Object.fromEntries(new URLSearchParams(hit?.body))).toEqual({
      To: PHONE,
      From: '+15005550006',
      Body: '123456 is your code, for 10 minutes.',
    });
    const credentials = Buffer.from(`${ACCOUNT}:a-token-of-the-test`).toString('base64');
    expect(hit?.headers.authorization).toBe(`Basic ${credentials}`);
  });

  it('is sent if and only if its transaction commits', async () => {
    const failing = test.app.get(Transactions).run(async (tx) => {
      await test.app.get(Sms).send(tx, { phone: '+4915100000000' }, oneTimeCode, { code: '1', ttl: minutes(10) });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await send({ phone: PHONE });
    await settled();
    expect(twilio.hits.map(({ body }) => new URLSearchParams(body).get('To'))).toEqual([PHONE]);
  });

  it.each([503, 429, 401])(
    'is tried again when Twilio answers %i',
    async (status) => {
      twilio.willAnswer(says(status), SENT);
      await send({ phone: PHONE });
      await settled();
      expect(twilio.hits).toHaveLength(2);
    },
    45_000,
  );

  it('is tried again once Twilio is back', async () => {
    await twilio.stop();
    await send({ phone: PHONE });
    await eventually(async () => {
      expect(await METRICS.value(test, 'side_effect_failures_total', 'sink="sms"')).toBeGreaterThan(0);
    });
    await twilio.resume();
    await settled();
    expect(twilio.hits).toHaveLength(1);
  }, 45_000);

  it('is given up when Twilio does not take its number', async () => {
    const before = await outcomes('refused');
    twilio.willAnswer(says(400, { code: 21_211, message: 'Invalid To' }), SENT);
    await send({ phone: PHONE });
    await settled();
    expect(await outcomes('refused')).toBe(before + 1);
    expect(twilio.hits).toHaveLength(1);
  });

  it('is not sent any more when it is of no use', async () => {
    const before = await outcomes('late');
    await send({ phone: PHONE }, seconds(0));
    await settled();
    expect(await outcomes('late')).toBe(before + 1);
    expect(twilio.hits).toEqual([]);
  });

  it('goes with the person it is for', async () => {
    const { actor } = await test.actor();
    await test.app.get(Transactions).run(async (tx) => {
      await test.app
        .get(Sms)
        .send(tx, { phone: PHONE, userId: actor.userId }, oneTimeCode, { code: '1', ttl: minutes(1) });
      await tx.query('DELETE FROM users WHERE id = $1', [actor.userId]);
    });
    await send({ phone: '+4915100000001' });
    await settled();
    await eventually(() => Promise.resolve(expect(twilio.hits).toHaveLength(1)));
    expect(twilio.hits[0]?.body).toContain('4915100000001');
  });

  it.each(['015112345678', '+49 151 12345678', '+49151123456789012', '+0151123456', 'somebody', ''])(
    'is not sent to %j',
    async (phone) => {
      await expect(send({ phone })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
      expect(await waiting()).toEqual([]);
    },
  );
});

describe('without SMS', () => {
  it('[R-04] #2 #3 what sends one answers that at once, asks nobody, and readiness says so', async () => {
    const twilio = await StubUpstream.start();
    const env = { SMS_ENABLED: 'false', TWILIO_API_URL: twilio.url };
    const test = await TestApp.start({ modules: [TestMailsModule], env });
    const took: number[] = [];
    for (let request = 1; request <= 5; request++) {
      const started = performance.now();
      expect(await test.api.post('/v1/test/otp', { phone: PHONE })).toMatchObject({
        status: 503,
        body: { code: 'FEATURE_DISABLED', details: { feature: 'sms' } },
      });
      took.push(performance.now() - started);
    }
    expect(Math.min(...took)).toBeLessThan(200);
    expect(await sql(test.databaseUrl, 'SELECT 1 FROM outgoing_messages')).toEqual([]);
    expect(await sql(test.databaseUrl, `SELECT 1 FROM pgboss.job WHERE name = 'sms.deliver'`)).toEqual([]);
    expect(await test.api.get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'up', checks: { sms: { status: 'disabled' } } },
    });
    expect(twilio.hits).toEqual([]);
  });
});

describe('a start with a wrong configuration of SMS', () => {
  it.each([
    [{ TWILIO_AUTH_TOKEN: undefined }, ['TWILIO_AUTH_TOKEN']],
    [{ TWILIO_ACCOUNT_SID: undefined, TWILIO_FROM: undefined }, ['TWILIO_ACCOUNT_SID', 'TWILIO_FROM']],
    [{ TWILIO_API_URL: 'http://api.example.org' }, ['TWILIO_API_URL']],
    [{ SMS_ENABLED: 'yes' }, ['SMS_ENABLED']],
  ])('[R-04] #1 names what is missing or wrong (%#)', async (changes, named) => {
    expect((await refusal({ SMS_ENABLED: 'true', ...CREDENTIALS, ...changes })).named).toEqual(named);
  });
});
