import { TestApp } from '../../../test/harness/app.js';
import { sql, whileLocked } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { Transactions } from '../../core/database/transactions.js';
import { Jobs } from '../../core/jobs/jobs.service.js';
import { Retention } from '../../core/retention/retention.js';
import { sweepExpired } from '../../core/retention/sweep.js';

const PASSWORD = 'correct horse battery staple';

describe('a session that has expired', () => {
  it('[R-61] #3 is gone after the hourly sweep, with its refresh tokens, also if one sweep before has failed', async () => {
    const test = await TestApp.start({ env: { DB_STATEMENT_TIMEOUT_MS: '500' } });
    for (const email of ['stays@example.org', 'expires@example.org']) {
      await test.api.post('/v1/auth/register', { email, name: 'Somebody', password: PASSWORD });
      expect(await test.api.post('/v1/auth/login', { email, password: PASSWORD })).toMatchObject({ status: 200 });
    }
    await sql(
      test.databaseUrl,
      `UPDATE sessions SET expires_at = now() - interval '1 minute'
        WHERE user_id = (SELECT id FROM users WHERE email = 'expires@example.org')`,
    );
    await whileLocked(test.databaseUrl, 'sessions', () => test.app.get(Retention).sweepAll());
    const left = () =>
      sql(test.databaseUrl, 'SELECT s.id FROM sessions s JOIN refresh_tokens t ON t.session_id = s.id');
    expect(await left()).toHaveLength(2);
    await test.app.get(Transactions).run((tx) => test.app.get(Jobs).enqueue(tx, sweepExpired, {}));
    await eventually(async () => expect(await left()).toHaveLength(1));
    expect(await sql(test.databaseUrl, 'SELECT 1 FROM sessions')).toHaveLength(1);
  });
});
