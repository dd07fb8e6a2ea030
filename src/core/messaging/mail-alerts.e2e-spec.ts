import { TestApp } from '../../../test/harness/app.js';
import { eventually } from '../../../test/harness/eventually.js';
import { Alerts } from '../alerts/alerts.js';
import type { Readiness } from '../health/health.dto.js';
import { Inbox } from './inbox.js';

const ALERT = {
  key: 'test',
  title: 'Something <b>burns</b>',
  text: 'It is the printer.',
  severity: 'critical',
} as const;

const channelOf = async (test: TestApp) =>
  (await test.api.get<Readiness & Record<string, unknown>>('/health/ready')).body.checks['mail-alerts'];

describe('an alert', () => {
  it('goes by mail to whoever is named, also while there is no database', async () => {
    const test = await TestApp.start({ env: { OPERATOR_ALERT_EMAIL: 'night-shift@example.org' } });
    expect(await channelOf(test)).toMatchObject({ status: 'up' });
    await test.losingItsDatabase(async () => {
      test.app.get(Alerts).raise(ALERT);
      await eventually(() =>
        Promise.resolve(
          expect(test.app.get(Inbox).messages).toMatchObject([
            { to: 'night-shift@example.org', subject: 'critical: Something <b>burns</b>' },
          ]),
        ),
      );
    });
    expect(test.app.get(Inbox).messages[0]?.html).toContain('&lt;b&gt;burns');
  });

  it('goes to nobody by mail where nobody is named', async () => {
    const test = await TestApp.start();
    test.app.get(Alerts).raise(ALERT);
    expect(await channelOf(test)).toEqual({ status: 'disabled' });
    expect(test.app.get(Inbox).messages).toEqual([]);
  });
});
