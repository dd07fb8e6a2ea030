import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { TestMailsModule } from '../../../test/harness/mails.controller.js';
import { refusal } from '../../../test/harness/refusal.js';

describe('without SMTP and without an inbox', () => {
  it('[R-04] what sends mails answers that, and writes nothing', async () => {
    const test = await TestApp.start({ modules: [TestMailsModule], env: { MAIL_INBOX_ENABLED: 'false' } });
    const { api } = await test.actor();
    expect(await api.post('/v1/test/articles', { title: 'a', body: '' })).toMatchObject({
      status: 503,
      body: { code: 'FEATURE_DISABLED', details: { feature: 'smtp' } },
    });
    expect(await sql(test.databaseUrl, 'SELECT 1 FROM outgoing_messages')).toEqual([]);
    expect(await test.api.get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'up', checks: { smtp: { status: 'disabled' } } },
    });
    expect(await test.api.get('/dev/inbox')).toMatchObject({ status: 404 });
  });
});

describe('a start with a wrong configuration of SMTP', () => {
  const GIVEN = { SMTP_ENABLED: 'true', SMTP_HOST: 'mail.example.org', MAIL_FROM: 'hello@example.org' };

  it.each([
    [{ SMTP_HOST: undefined }, ['SMTP_HOST']],
    [{ MAIL_FROM: undefined }, ['MAIL_FROM']],
    [{ SMTP_USER: 'aerie' }, ['SMTP_PASSWORD']],
    [{ SMTP_PASSWORD: 'a-password' }, ['SMTP_PASSWORD']],
    [{ SMTP_SECURITY: 'none' }, ['SMTP_SECURITY']],
    [{ SMTP_PORT: '0' }, ['SMTP_PORT']],
    [{ MAIL_FROM: 'a@example.org, b@example.org' }, ['MAIL_FROM']],
    [{ MAIL_FROM: 'Aerie\r\nBcc: c@example.org <a@example.org>' }, ['MAIL_FROM']],
  ])('[R-04] #1 names what is missing or wrong (%#)', async (changes, named) => {
    expect((await refusal({ ...GIVEN, ...changes })).named).toEqual(named);
  });
});
