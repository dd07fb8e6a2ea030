import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atTheEnd } from '../../../test/harness/cleanup.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { AppProcess, PRODUCTION, ROOT } from '../../../test/harness/process.js';

interface TlsServer {
  readonly url: string;
  /** Its certificate authority, as PEM */
  readonly ca: string;
}

async function startTlsServer(): Promise<TlsServer> {
  const child = spawn(process.execPath, [join(ROOT, 'test', 'harness', 'tls-server.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  atTheEnd(child, () => {
    const ended = once(child, 'exit');
    child.stdin.end();
    return ended;
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as TlsServer;
}

describe('the connection to the database', () => {
  it('[R-25] #1 is encrypted and to whom it should be, or is not made', async () => {
    const production = { ...PRODUCTION, DB_SSL_MODE: undefined };
    const withoutTls = await AppProcess.spawn({ ...production, DATABASE_URL: await cloneDatabase() });
    const server = await startTlsServer();
    const unknownAuthority = await AppProcess.spawn({ ...production, DATABASE_URL: server.url });
    expect(await withoutTls.exit).toMatchObject({ code: 1 });
    expect(withoutTls.stderr).toContain('The database cannot be reached: The server does not support SSL');
    expect(await unknownAuthority.exit).toMatchObject({ code: 1 });
    expect(unknownAuthority.stderr).toMatch(/The database cannot be reached: \w*(CERT|VERIFY)/);

    const folder = await mkdtemp(join(tmpdir(), 'aerie-'));
    const authority = join(folder, 'ca.pem');
    await writeFile(authority, server.ca);
    const trusting = { ...production, DATABASE_URL: server.url, DB_SSL_CA_FILE: authority };
    const migrate = await AppProcess.spawn(trusting, 'src/migrate.js', ['run']);
    expect(await migrate.exit).toMatchObject({ code: 0 });
    const app = await AppProcess.serve(trusting);
    expect((await fetch(`${app.url}/health/ready`)).status).toBe(200);
    const connections = await sql<{ ssl: boolean }>(
      server.url,
      `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'aerie'`,
    );
    expect(connections.length).toBeGreaterThan(0);
    expect(connections.every(({ ssl }) => ssl)).toBe(true);
    await app.stop();
    await rm(folder, { recursive: true });
  }, 60_000);
});
