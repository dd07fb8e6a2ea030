import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Balancer } from '../../../test/harness/balancer.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { FaultProxy } from '../../../test/harness/fault-proxy.js';
import { Load, shoot } from '../../../test/harness/load.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { freePort } from '../../../scripts/port.js';
import { refusal } from '../../../test/harness/refusal.js';

const ENTRY = 'test/fixtures/main-with-test-routes.js';

const serve = async (env: Record<string, string>) =>
  AppProcess.serve({ ...PRODUCTION, DATABASE_URL: await cloneDatabase(), ...env }, ENTRY);
const stops = (app: AppProcess) => app.log.filter(({ msg }) => msg === 'stopping');

describe('a process that is asked to stop', () => {
  it('[R-17] #1 answers what is open and what comes while it drains, and asks to be asked no more', async () => {
    const app = await serve({ DRAIN_MS: '2000' });
    const slow = Array.from({ length: 50 }, () => shoot(`${app.url}/v1/test/works?limit=300`));
    await sleep(1_000);
    const stopped = performance.now();
    app.kill('SIGTERM');
    app.kill('SIGINT');
    await eventually(async () => expect(await shoot(`${app.url}/health/ready`)).toMatchObject({ status: 503 }), 200);
    const late = await fetch(`${app.url}/v1/test/reads`);
    expect({ status: late.status, connection: late.headers.get('connection') }).toEqual({
      status: 200,
      connection: 'close',
    });
    const answers = await Promise.all(slow);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - stopped).toBeLessThan(7_000);
  });

  it('[R-17] #2 is ended when a handler listens to nobody', async () => {
    const app = await serve({ SHUTDOWN_TIMEOUT_MS: '7000', REQUEST_TIMEOUT_MS: '1000', DRAIN_MS: '1000' });
    expect(await shoot(`${app.url}/v1/test/stubborn`)).toMatchObject({ status: 504, code: 'REQUEST_TIMEOUT' });
    const stopped = performance.now();
    app.kill('SIGTERM');
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(performance.now() - stopped).toBeGreaterThanOrEqual(6_990);
    expect(performance.now() - stopped).toBeLessThan(8_000);
  });

  it('[R-17] #3 stops once, however often it is asked', async () => {
    const app = await serve({ DRAIN_MS: '300' });
    for (let count = 0; count < 3; count++) {
      app.kill('SIGTERM');
      await sleep(50);
    }
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(stops(app)).toHaveLength(1);
  });

  it('[R-17] #4 loses no request of a balancer that restarts one of two', async () => {
    const DATABASE_URL = await cloneDatabase();
    // The longer a restart takes, the more requests come from the one address of the load.
    const env = { ...PRODUCTION, DATABASE_URL, DRAIN_MS: '1000', RATE_LIMIT_PER_ADDRESS: '1000000' };
    const ports = [await freePort(), await freePort()] as const;
    const start = (port: number) => AppProcess.serve({ ...env, PORT: String(port) }, ENTRY);
    const [first] = [await start(ports[0]), await start(ports[1])];
    const balancer = await Balancer.before(...ports.map((port) => `http://127.0.0.1:${port}`));
    const load = new Load(() => shoot(`${balancer.url}/v1/test/reads`), 100);
    await sleep(1_000);
    first.kill('SIGTERM');
    expect(await first.exit).toEqual({ code: 0, signal: null });
    await start(ports[0]);
    await sleep(1_000);
    const shots = await load.stop();
    expect(shots.length).toBeGreaterThan(200);
    expect(shots.filter(({ status }) => status !== 200)).toEqual([]);
  }, 60_000);

  it('resets no connection that a client keeps and goes on using', async () => {
    const app = await serve({ DRAIN_MS: '1000' });
    // The first answers of a process take their time.
    for (let count = 0; count < 20; count++) await shoot(`${app.url}/v1/test/reads`);
    const clients = Array.from({ length: 20 }, () => useUntilClosed(`${app.url}/v1/test/reads`));
    await sleep(500);
    app.kill('SIGTERM');
    for (const { answers, end } of await Promise.all(clients)) {
      expect(answers).toBeGreaterThan(1);
      expect(end).toBe('connection: close');
    }
    expect(await app.exit).toEqual({ code: 0, signal: null });
  });

  it('answers also what was sent ahead on a connection, before it ends it', async () => {
    const app = await serve({ DRAIN_MS: '300' });
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.write('GET /v1/test/works?limit=50 HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(4));
    await sleep(200);
    app.kill('SIGTERM');
    await once(socket, 'close');
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(4);
    expect(await app.exit).toEqual({ code: 0, signal: null });
  });

  it('ends with code 1 when it crashes on the way', async () => {
    const app = await serve({ DRAIN_MS: '5000' });
    app.kill('SIGTERM');
    await app.until(() => stops(app).length === 1);
    const crashed = performance.now();
    await shoot(`${app.url}/v1/test/crashes`, { method: 'POST' });
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(performance.now() - crashed).toBeLessThan(3_000);
  });

  it('ends in time also if the database does not say goodbye', async () => {
    const proxy = await FaultProxy.before(await cloneDatabase());
    const app = await AppProcess.serve({ ...PRODUCTION, DATABASE_URL: proxy.url }, ENTRY);
    await shoot(`${app.url}/v1/test/reads`);
    proxy.freeze();
    const stopped = performance.now();
    app.kill('SIGTERM');
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - stopped).toBeLessThan(5_000);
  });

  it('is not held by connections on which nothing or half a request came', async () => {
    const app = await serve({ DRAIN_MS: '100' });
    const { port } = new URL(app.url);
    const idle = connect(Number(port), '127.0.0.1');
    const half = connect(Number(port), '127.0.0.1');
    half.on('error', () => undefined).write('GET /health/live HTTP/1.1\r\nhost: x\r\n');
    await once(idle, 'connect');
    const stopped = performance.now();
    app.kill('SIGTERM');
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - stopped).toBeLessThan(2_000);
  });

  it('[R-18] #1 closes everything in order, and leaves no connection to the database', async () => {
    const DATABASE_URL = await cloneDatabase();
    const app = await AppProcess.serve({ ...PRODUCTION, DATABASE_URL }, ENTRY);
    await Promise.all(Array.from({ length: 5 }, () => shoot(`${app.url}/v1/test/slow`)));
    app.kill('SIGTERM');
    expect(await app.exit).toEqual({ code: 0, signal: null });
    await eventually(
      async () =>
        expect(
          await sql(
            DATABASE_URL,
            `SELECT FROM pg_stat_activity WHERE application_name = 'aerie' AND datname = current_database()`,
          ),
        ).toEqual([]),
      1_000,
    );
    const closed = app.log
      .filter(({ msg }) => msg === 'closed')
      .map(({ phase, resource }) => `${String(phase)}: ${String(resource)}`);
    // Features may close more in between.
    expect(closed.filter((one) => CLOSED_IN_ORDER.includes(one))).toEqual(CLOSED_IN_ORDER);
  });

  it('refuses times that do not leave time to close', async () => {
    const times = { DRAIN_MS: '20000', REQUEST_TIMEOUT_MS: '20000', SHUTDOWN_TIMEOUT_MS: '44999' };
    const { stderr, named } = await refusal(times);
    expect(stderr).toContain(
      'SHUTDOWN_TIMEOUT_MS must be at least DRAIN_MS + REQUEST_TIMEOUT_MS + 5000, which is 45000',
    );
    expect(named).toContain('SHUTDOWN_TIMEOUT_MS');
  });
});

const CLOSED_IN_ORDER = [
  'http: server',
  'http: handlers',
  'schedulers: sweep of expired rows',
  'database: pool',
  'database: lifeline',
];

interface Use {
  readonly answers: number;
  readonly end: string;
}

/** Sends one request after the other on one connection, until the server asks to end it. */
async function useUntilClosed(url: string): Promise<Use> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let answers = 1; ; answers++) {
    try {
      const [answer] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
      answer.resume();
      await once(answer, 'end');
      if (answer.headers.connection === 'close') return { answers, end: 'connection: close' };
    } catch (thrown) {
      return { answers, end: String(thrown) };
    }
    await sleep(10);
  }
}
