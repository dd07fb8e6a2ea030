import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { AppProcess, METRICS, PRODUCTION } from '../../../test/harness/process.js';

const ENTRY = 'test/fixtures/main-with-test-routes.js';
const REQUEST = 'GET /v1/test/hangs HTTP/1.1\r\nhost: x\r\n\r\n';
const POST =
  'POST /v1/test/hangs HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"topic"';

const start = async (env: Record<string, string> = {}) => {
  const DATABASE_URL = await cloneDatabase();
  const limits = { RATE_LIMIT_PER_ADDRESS: '1000000', TRUST_PROXY: '0' };
  const app = await AppProcess.serve({ ...PRODUCTION, ...METRICS.env, ...limits, DATABASE_URL, ...env }, ENTRY);
  return { app, DATABASE_URL };
};
const open = async (app: AppProcess): Promise<Socket> => {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};
const requestLines = (app: AppProcess) =>
  app.log.filter(({ msg, route }) => msg === 'request' && route === '/v1/test/hangs');
const statements = (url: string) =>
  sql(
    url,
    `SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND datname = current_database()`,
  );

describe('a client that leaves', () => {
  it('[R-90] #2 leaves one line each, a thousand times, and nothing open', async () => {
    const { app, DATABASE_URL } = await start({ DB_POOL_MAX: '3' });
    const handles = () => METRICS.value(app, 'nodejs_active_resources_total');
    const before = await handles();
    for (let batch = 0; batch < 10; batch++) {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => open(app)));
      // Some leave while they wait, some in the middle of their body.
      sockets.forEach((socket, index) => socket.write(index % 10 ? REQUEST : POST));
      await sleep(100);
      sockets.forEach((socket) => socket.destroy());
    }
    await app.until(() => requestLines(app).length >= 1_000);
    await eventually(async () => expect(await statements(DATABASE_URL)).toEqual([]));
    expect(requestLines(app)).toHaveLength(1_000);
    for (const line of requestLines(app)) expect(line).toMatchObject({ aborted: true, status: 499 });
    expect(await METRICS.value(app, 'http_requests_total', 'status="499"')).toBe(1_000);
    await eventually(async () => expect(await handles()).toBeLessThanOrEqual(before + 5));
    expect(await METRICS.value(app, 'http_requests_in_flight')).toBe(1);
    expect((await fetch(`${app.url}/v1/test/reads`)).status).toBe(200);
  }, 60_000);

  it('takes with it what it had sent ahead on its connection, and holds up no shutdown', async () => {
    const { app, DATABASE_URL } = await start();
    const socket = await open(app);
    socket.write(REQUEST.repeat(5));
    await eventually(async () => expect(await statements(DATABASE_URL)).toHaveLength(5));
    socket.destroy();
    await eventually(async () => expect(await statements(DATABASE_URL)).toEqual([]));
    expect(requestLines(app)).toHaveLength(5);
    app.kill('SIGTERM');
    expect(await app.exit).toEqual({ code: 0, signal: null });
  });

  it('[R-81] #2 does not have to: who sends a byte a second is sent away', async () => {
    const { app } = await start();
    const socket = await open(app);
    const started = performance.now();
    const closed = once(socket.resume(), 'close');
    let sent = 0;
    const drip = setInterval(
      () => socket.write('GET /health/live HTTP/1.1\r\nx-slow: '.padEnd(100, 'a')[sent++] ?? 'a'),
      1_000,
    );
    await closed;
    clearInterval(drip);
    expect(performance.now() - started).toBeLessThan(15_000);
    expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
  });

  it('[R-90] #3 costs no memory that stays: 20,000 requests, slow, failing and aborted ones among them', async () => {
    const { app } = await start();
    const paths = ['/health/live', '/v1/test/reads', '/v1/test/throws', '/v1/nowhere', '/v1/test/works?limit=1'];
    const round = async (requests: number) => {
      for (let done = 0; done < requests; done += 50) {
        const leaving = new AbortController();
        const answers = Array.from({ length: 50 }, (_, index) => {
          const signal = index % 25 === 0 ? leaving.signal : undefined;
          return fetch(`${app.url}${paths[index % 5]}`, { signal }).then(
            (answer) => answer.text(),
            () => undefined,
          );
        });
        setImmediate(() => leaving.abort());
        await Promise.all(answers);
      }
    };
    await round(5_000);
    const before = await heapOf(app);
    await round(20_000);
    expect((await heapOf(app)) - before).toBeLessThan(10_000_000);
  }, 120_000);
});

/** Bytes in use after a collection. */
async function heapOf(app: AppProcess): Promise<number> {
  const response = await fetch(`${app.url}/v1/test/heap`);
  return ((await response.json()) as { usedBytes: number }).usedBytes;
}
