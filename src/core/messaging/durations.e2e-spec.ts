import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { INVITATIONS, TestMailsModule } from '../../../test/harness/mails.controller.js';
import { ROOT } from '../../../test/harness/process.js';
import { SmtpServer } from '../../../test/harness/smtp.js';

const literalDurations = (source: string) => source.match(/\d+\s*(day|hour|minute)/g) ?? [];

describe('what a mail says of time', () => {
  it.each([30, 5])('[R-108] #1 is what is true of the row, also if an invitation lasts for %i days', async (ttl) => {
    const server = await SmtpServer.start();
    const env = { ...server.env, TEST_INVITATION_TTL_DAYS: String(ttl) };
    const test = await TestApp.start({ modules: [TestMailsModule], env });
    await sql(test.databaseUrl, INVITATIONS);
    expect(await test.api.post('/v1/test/invitations', { email: 'a@example.org' })).toMatchObject({ status: 201 });
    await eventually(() => Promise.resolve(expect(server.mails).toHaveLength(1)));
    expect(server.mails[0]?.text).toBe(`Come in: accept: https://example.org/i?a=1&b=2 within ${ttl} days.`);
    const rows = await sql(
      test.databaseUrl,
      'SELECT extract(epoch FROM expires_at - created_at) / 86400 AS days FROM test_invitations',
    );
    expect(rows.map((row) => Number((row as { days: string }).days))).toEqual([ttl]);
  });

  it('[R-108] #2 stands in no template as a number', async () => {
    const sources = (await readdir(join(ROOT, 'src'), { recursive: true })).filter((file) => file.endsWith('.ts'));
    const faults: string[] = [];
    let templates = 0;
    for (const file of [...sources.map((name) => `src/${name}`), 'test/harness/mails.controller.ts']) {
      const source = await readFile(join(ROOT, file), 'utf8');
      if (file.endsWith('spec.ts') || !/\bdefine(Mail|Sms)\(/.test(source)) continue;
      templates++;
      faults.push(...literalDurations(source).map((text) => `${file}: "${text}": render it with inWords`));
    }
    expect(templates).toBeGreaterThanOrEqual(3);
    expect(faults).toEqual([]);
    expect(literalDurations('html`<p>within 30 days</p>`')).toEqual(['30 day']);
  });
});
