import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { TEST_ENVIRONMENT } from '../../../test/harness/environment.js';
import { eventually } from '../../../test/harness/eventually.js';
import { HttpSink } from '../../../test/harness/http-sink.js';
import { AppProcess } from '../../../test/harness/process.js';
import { SandboxBrowser } from './sandbox-browser.harness.js';
import { OwnAddress } from './own-address.js';
import { SandboxProvider } from './sandbox.provider.js';

const PATIENCE_MS = 60_000;
const env = { PAYMENTS_SANDBOX_ENABLED: 'true' };
const order = () => ({
  paymentId: randomUUID(),
  amount: 1_250,
  currency: 'EUR',
  description: '500 credits',
  returnUrl: 'https://shop.example.org/back',
});

/** An application whose own address leads to a server that keeps what it is sent. */
async function startBefore(sink: HttpSink, databaseUrl?: string) {
  // Before it starts: what waits is sent as soon as its port is open.
  jest.spyOn(OwnAddress.prototype, 'origin', 'get').mockReturnValue(sink.url);
  const test = await TestApp.start({ env, databaseUrl });
  return { test, sandbox: test.app.get(SandboxProvider, { strict: false }) };
}

const undelivered = (url: string) => sql(url, 'SELECT id FROM sandbox_events WHERE delivered_at IS NULL');

describe('what the sandbox tells us', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('is what the application answers to at its own address, on whatever port it listens', async () => {
    const test = await TestApp.start({ env });
    expect(test.app.get(OwnAddress, { strict: false }).origin).toBe(test.url);
  });

  it('is sent again, the same and signed anew, until the answer is 2xx', async () => {
    const sink = await HttpSink.open();
    sink.answer = 500;
    const { test, sandbox } = await startBefore(sink);
    const { reference } = await sandbox.createCheckout(order());
    await new SandboxBrowser(test.url).press(reference, 'pay');
    await eventually(() => Promise.resolve(expect(sink.received.length).toBeGreaterThanOrEqual(2)), PATIENCE_MS);
    expect(await undelivered(test.databaseUrl)).toHaveLength(1);
    sink.answer = 200;
    await eventually(async () => expect(await undelivered(test.databaseUrl)).toEqual([]), PATIENCE_MS);

    expect(new Set(sink.received.map(({ path }) => path))).toEqual(new Set(['/webhooks/sandbox']));
    expect(new Set(sink.received.map(({ body }) => body)).size).toBe(1);
    const events = sink.received.map(({ headers, body }) => sandbox.verify(Buffer.from(body), headers));
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
    expect(events[0]).toMatchObject({ type: 'payment.succeeded', reference, paid: { amount: 1_250, currency: 'EUR' } });
  });

  it('is told of a refund as well', async () => {
    const sink = await HttpSink.open();
    const { test, sandbox } = await startBefore(sink);
    const { reference } = await sandbox.createCheckout(order());
    await new SandboxBrowser(test.url).press(reference, 'pay');
    const { chargeReference = '' } = await sandbox.fetch(reference);
    await sandbox.refund({ refundId: randomUUID(), chargeReference, amount: 250, currency: 'EUR' });
    await eventually(() => Promise.resolve(expect(sink.received).toHaveLength(2)), PATIENCE_MS);
    const events = sink.received.map(({ headers, body }) => sandbox.verify(Buffer.from(body), headers));
    expect(events.map(({ type }) => type).sort()).toEqual(['payment.succeeded', 'refund.succeeded']);
    expect(events.find(({ type }) => type === 'refund.succeeded')).toMatchObject({ reference, paid: undefined });
  });

  it('is not lost when the process is killed as soon as it has said that it was paid', async () => {
    const DATABASE_URL = await cloneDatabase();
    const first = await TestApp.start({ env, databaseUrl: DATABASE_URL });
    const { reference } = await first.app.get(SandboxProvider, { strict: false }).createCheckout(order());
    await first.close();
    // A process that works on no jobs: it can only write down what is to be told.
    const process = await AppProcess.serve({ ...TEST_ENVIRONMENT, ...env, JOBS_CONCURRENCY: '0', DATABASE_URL });
    expect((await new SandboxBrowser(process.url).press(reference, 'pay')).status).toBe(303);
    process.kill('SIGKILL');
    await process.exit;
    expect(await undelivered(DATABASE_URL)).toHaveLength(1);

    const sink = await HttpSink.open();
    const { sandbox } = await startBefore(sink, DATABASE_URL);
    await eventually(async () => expect(await undelivered(DATABASE_URL)).toEqual([]), PATIENCE_MS);
    const events = sink.received.map(({ headers, body }) => sandbox.verify(Buffer.from(body), headers));
    expect(events).toMatchObject([{ type: 'payment.succeeded', reference }]);
  });
});
