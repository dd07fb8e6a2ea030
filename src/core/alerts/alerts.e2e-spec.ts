import { TestApp } from '../../../test/harness/app.js';
import { ApiClient } from '../../../test/harness/api-client.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { AppProcess, METRICS, PRODUCTION } from '../../../test/harness/process.js';
import { refusal } from '../../../test/harness/refusal.js';
import { says, StubUpstream } from '../../../test/harness/upstream.js';
import { freePort } from '../../../scripts/port.js';
import type { Readiness } from '../health/health.dto.js';
import { AlertChannels, type Notice } from './alert-channels.js';
import { Alerts } from './alerts.js';

const TOKEN = `123456789:${'Aa0-_'.repeat(7)}`;
const ALERT = {
  key: 'disk',
  title: 'The disk is full',
  text: 'Somebody <should> look & act.',
  severity: 'critical',
} as const;

const slack = (url: string) => ({ SLACK_ALERTS_ENABLED: 'true', SLACK_WEBHOOK_URL: `${url}/services/T0/B0/canary` });
const telegram = (url: string) => ({
  TELEGRAM_ALERTS_ENABLED: 'true',
  TELEGRAM_BOT_TOKEN: TOKEN,
  TELEGRAM_CHAT_ID: '-100200300',
  TELEGRAM_API_URL: url,
});
const ready = (test: TestApp) => test.api.get<Readiness & Record<string, unknown>>('/health/ready');
const failures = (test: TestApp, sink: string) => METRICS.value(test, 'side_effect_failures_total', `sink="${sink}"`);

describe('an alert', () => {
  let stub: StubUpstream;
  beforeEach(async () => {
    stub = await StubUpstream.start();
  });

  const start = (env: Record<string, string>) => TestApp.start({ env: { ...METRICS.env, ...env } });
  const hits = (count: number) => eventually(() => Promise.resolve(expect(stub.hits).toHaveLength(count)));
  const bodies = () => stub.hits.map(({ body }) => JSON.parse(body) as Record<string, string>);

  it('is told to Slack and Telegram, as text that does nothing there', async () => {
    const test = await start({ ...slack(stub.url), ...telegram(stub.url) });
    test.app.get(Alerts).raise(ALERT);
    await hits(2);
    const text = '[aerie test] critical: The disk is full\nSomebody <should> look & act.';
    const [toSlack, toTelegram] = stub.hits.sort((one, other) => other.path.localeCompare(one.path));
    expect(toSlack).toMatchObject({ method: 'POST', path: '/services/T0/B0/canary' });
    expect(toTelegram).toMatchObject({ method: 'POST', path: `/bot${TOKEN}/sendMessage` });
    expect(bodies()).toEqual([
      { text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') },
      { chat_id: '-100200300', text },
    ]);
    expect(toSlack?.headers['content-type']).toBe('application/json');
  });

  it('is told once in a storm, and then how many there were', async () => {
    const test = await start({ ...slack(stub.url), ALERT_COOLDOWN_SECONDS: '1' });
    const alerts = test.app.get(Alerts);
    for (let raised = 0; raised < 50; raised++) alerts.raise(ALERT);
    alerts.raise({ ...ALERT, key: 'memory', title: 'Another thing' });
    await hits(3);
    const texts = bodies().map(({ text }) => text);
    expect(texts.filter((text) => text?.includes('Another thing'))).toHaveLength(1);
    expect(texts.at(-1)).toContain('(49 times since the last one)');
    expect(await METRICS.value(test, 'operator_alerts_total', 'severity="critical"')).toBe(51);
  });

  it('is one of a hundred kinds at most, however many there are', async () => {
    const test = await start(slack(stub.url));
    const told: Notice[] = [];
    test.app.get(AlertChannels).register('stub', true, () => (notice) => Promise.resolve(told.push(notice)));
    for (let kind = 0; kind < 500; kind++) test.app.get(Alerts).raise({ ...ALERT, key: `kind ${kind}` });
    expect(told).toHaveLength(101);
  });

  it('[R-11] #2 reaches the others when one of its channels fails', async () => {
    const test = await start(slack(stub.url));
    const told: string[] = [];
    const channels = test.app.get(AlertChannels);
    channels.register('broken', true, () => () => Promise.reject(new Error('nobody there')));
    channels.register('rude', true, () => () => {
      throw new Error('not even a promise');
    });
    channels.register(
      'good',
      true,
      () =>
        ({ title }) =>
          Promise.resolve(told.push(title)),
    );
    test.app.get(Alerts).raise(ALERT);
    await hits(1);
    expect(told).toEqual([ALERT.title]);
    await eventually(async () => expect(await failures(test, 'broken-alerts')).toBe(1));
    expect(await failures(test, 'rude-alerts')).toBe(1);
  });

  it('[R-12] that reaches nobody harms nobody: it is counted, and readiness knows', async () => {
    const test = await start(slack(`http://127.0.0.1:${await freePort()}`));
    const started = performance.now();
    for (let kind = 0; kind < 5; kind++) test.app.get(Alerts).raise({ ...ALERT, key: `kind ${kind}` });
    expect(performance.now() - started).toBeLessThan(100);
    await eventually(async () => expect(await failures(test, 'slack-alerts')).toBe(5), 15_000);
    expect(await ready(test)).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { 'slack-alerts': { status: 'degraded' } } },
    });
  });

  it('counts as failed when it is refused', async () => {
    stub.willAnswer(says(404, 'no_service'));
    const test = await start(slack(stub.url));
    test.app.get(Alerts).raise(ALERT);
    await eventually(async () => expect(await failures(test, 'slack-alerts')).toBe(1));
    expect(stub.hits).toHaveLength(1);
  });
});

describe('a channel for alerts', () => {
  it.each([
    [{ SLACK_ALERTS_ENABLED: 'true' }, ['SLACK_WEBHOOK_URL']],
    [{ TELEGRAM_ALERTS_ENABLED: 'true' }, ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_CHAT_ID']],
    [slack('http://hooks.slack.com'), ['SLACK_WEBHOOK_URL']],
    [telegram('http://api.telegram.org'), ['TELEGRAM_API_URL']],
    [{ OPERATOR_ALERT_EMAIL: 'nobody' }, ['OPERATOR_ALERT_EMAIL']],
  ])('[R-04] #1 that is switched on needs its credentials: %j', async (env, names) => {
    const { named, stderr } = await refusal(env);
    expect(named).toEqual(names);
    expect(stderr).not.toContain('canary');
  });

  it('[R-04] #3 that is switched off is not made, and readiness says so', async () => {
    const stub = await StubUpstream.start();
    const url = { SLACK_WEBHOOK_URL: `${stub.url}/services`, TELEGRAM_API_URL: stub.url };
    const test = await TestApp.start({ env: url });
    test.app.get(Alerts).raise(ALERT);
    const { status, body } = await ready(test);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        status: 'up',
        checks: { 'slack-alerts': { status: 'disabled' }, 'telegram-alerts': { status: 'disabled' } },
      },
    });
    expect(Object.keys(body.checks)).not.toContain('upstream:slack');
    expect(stub.connections).toBe(0);
  });

  it('does not tell the log what it must not know', async () => {
    const stub = await StubUpstream.start();
    stub.willAnswer(says(500, 'canary of a vendor'));
    const env = { ...PRODUCTION, NODE_ENV: 'test', DATABASE_URL: await cloneDatabase() };
    const fixture = 'test/fixtures/main-with-alerts.js';
    const app = await AppProcess.serve({ ...env, ...slack(stub.url), ...telegram(stub.url) }, fixture);
    await new ApiClient(app.url).post('/v1/test/alerts');
    await app.until(() => app.log.filter(({ msg }) => msg === 'side effect failed').length === 2);
    expect(app.stdout).not.toContain('canary');
    expect(app.stdout).not.toContain(TOKEN);
    expect(app.log.find(({ msg }) => msg === ALERT.title)).toMatchObject({ level: 'warn', key: ALERT.key });
  });
});
