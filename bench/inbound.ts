import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { databaseUrl, POOL_SIZE, startAerie } from './aerie.ts';
import { compare, medianOf } from './load.ts';
import type { Measurement } from './measurement.ts';
import { Server } from './server.ts';

const APPLICATION = join(import.meta.dirname, 'inbox.mjs');
const BARE = join(import.meta.dirname, 'bare-inbox.ts');
const TARGET = 0.4;
const SETTLED_WITHIN_MS = 5_000;
const WRONG = `
  SELECT (SELECT count(*) FROM webhook_inbox WHERE provider = 'bench' AND status <> 'processed')
       + abs((SELECT count(*) FROM webhook_inbox WHERE provider = 'bench') - (SELECT count(*) FROM bench_effects))
       + (SELECT count(*) - count(DISTINCT event_id) FROM bench_effects) AS wrong`;

export const inbound: Measurement = {
  title: 'Events verified, stored and applied, against bare Fastify that inserts the same row',
  pinned: true,
  of: 'webhooks',
  async run(effort) {
    const secret = randomBytes(32).toString('hex');
    await makeEffects();
    const server = await startAerie('postgres', { entry: APPLICATION, env: { BENCH_EVENT_SECRET: secret } });
    const bare = await Server.start('bare-inbox', BARE, {
      NODE_ENV: 'production',
      DATABASE_URL: await databaseUrl(),
      POOL_SIZE,
    });
    const next = () => signedEvent(secret);
    const samples = await compare(
      {
        bare: { server: bare, path: '/webhooks/bare', nextPost: next },
        aerie: { server, path: '/webhooks/bench', nextPost: next },
      },
      effort,
      { duration: effort.roundSeconds },
    );
    await demandEffects();
    const rate = (name: keyof typeof samples) => medianOf(samples[name], 'requestsPerSecond');
    const cost = (name: keyof typeof samples) => medianOf(samples[name], 'processorUs');
    return {
      raw: samples,
      findings: [
        { what: 'bare Fastify, one insert', value: rate('bare'), unit: 'events/s' },
        { what: 'processor time, bare Fastify', value: cost('bare'), unit: 'µs' },
        { what: 'Aerie, with the effect', value: rate('aerie'), unit: 'events/s' },
        { what: 'processor time, Aerie', value: cost('aerie'), unit: 'µs' },
        { what: 'kept', value: rate('aerie') / rate('bare'), unit: 'of bare', target: { atLeast: TARGET } },
      ],
    };
  },
};

/** Another one each time, of the size of a small event of a real provider. */
function signedEvent(secret: string) {
  const event = { id: randomUUID(), type: 'payment.succeeded', amount: 1_000, currency: 'EUR', note: 'x'.repeat(400) };
  const body = JSON.stringify(event);
  const at = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'bench-timestamp': at, 'bench-signature': signature };
  return { body, headers };
}

const makeEffects = () =>
  asked('CREATE TABLE bench_effects (event_id uuid NOT NULL, amount integer NOT NULL, at timestamptz DEFAULT now())');

/** A number is worth nothing if an event had no effect, or two. What the load did not wait for is done a moment later. */
async function demandEffects(): Promise<void> {
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const [{ wrong = NaN } = {}] = await asked(WRONG);
    if (Number(wrong) === 0) return;
    if (Date.now() > deadline) throw new Error(`${wrong} events were not applied once`);
    await sleep(100);
  }
}

async function asked(statement: string): Promise<{ wrong?: string }[]> {
  const client = new pg.Client({ connectionString: await databaseUrl() });
  await client.connect();
  try {
    return (await client.query<{ wrong?: string }>(statement)).rows;
  } finally {
    await client.end();
  }
}
