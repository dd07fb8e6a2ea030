import { ApiClient } from '../../../test/harness/api-client.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { EFFECTS, newEvent, PROVIDER, signed } from '../../../test/harness/signed-events.js';

const MAIN = 'test/fixtures/main-with-signed-events.js';

describe('a process that is killed between storing an event and its effect', () => {
  it('[R-64] #1 has stored it, and the next attempt of its provider has the one effect', async () => {
    const databaseUrl = await cloneDatabase();
    await sql(databaseUrl, EFFECTS);
    const env = { ...PRODUCTION, DATABASE_URL: databaseUrl };
    const body = JSON.stringify(newEvent());
    const send = ({ url }: AppProcess) => new ApiClient(url).with(signed(body)).post(`/webhooks/${PROVIDER}`, body);

    const hanging = await AppProcess.serve({ ...env, TEST_HANGS: 'yes' }, MAIN);
    const lost = send(hanging).catch(() => 'no answer');
    await hanging.until(() => hanging.stderr.includes('hangs'));
    hanging.kill('SIGKILL');
    expect(await lost).toBe('no answer');
    await hanging.exit;
    expect(await sql(databaseUrl, 'SELECT status, failures FROM webhook_inbox')).toEqual([
      { status: 'received', failures: 0 },
    ]);
    expect(await sql(databaseUrl, 'SELECT FROM test_effects')).toHaveLength(0);

    const next = await AppProcess.serve(env, MAIN);
    expect(await send(next)).toMatchObject({ status: 200, body: { outcome: 'processed' } });
    expect(await send(next)).toMatchObject({ status: 200, body: { outcome: 'duplicate' } });
    expect(await sql(databaseUrl, 'SELECT FROM test_effects')).toHaveLength(1);
  });
});
