import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { databaseUrl, startAerie } from './aerie.ts';
import { atTheEnd } from './cleanup.ts';
import { compare, medianOf } from './load.ts';
import { type Effort, type Measurement, median } from './measurement.ts';
import { type Actor, classOf, inLanes, people, startApp, type Transactions, type Tx } from './platform-app.ts';
import { signUp } from './visitor.ts';

const ROUTES = join(import.meta.dirname, 'charges.mjs');
const LANES = 16;
const MANY = 1_000;
const PLENTY = 1_000_000_000;

interface Meter {
  charge(tx: Tx, payer: Actor, cost: { reference: string; amount: number }): Promise<void>;
}

interface Ledger {
  move(tx: Tx, tenant: Actor, statement: string, reference: string, ...values: unknown[]): Promise<unknown>;
}

type Charge = (payer: Actor) => Promise<unknown>;

export const charges: Measurement = {
  title: `Charges a second, ${LANES} at a time, against the same SQL sent by bare pg from as many connections`,
  pinned: false,
  of: 'billing',
  async run(effort) {
    const through = await throughHttp(effort);
    const app = await startApp([], { JOBS_CONCURRENCY: '0', DB_POOL_MAX: '20' });
    const transactions = app.get<Transactions>(await classOf('src/core/database/transactions.js', 'Transactions'));
    const meter = app.get<Meter>(await classOf('src/core/metering/meter.js', 'Meter'));
    const payers = await people(transactions, MANY);
    await fund(
      transactions,
      app.get<Ledger>(await classOf('src/features/billing/credit-ledger.js', 'CreditLedger')),
      payers,
    );
    const service: Charge = (payer) =>
      transactions.run((tx) => meter.charge(tx, payer, { reference: `bench:${randomUUID()}`, amount: 1 }));
    const rates = await inTurns({ bare: await bare(), service }, payers, effort);
    const kept = (whom: Whom) => median(rates[`service, ${whom}`] ?? []) / median(rates[`bare, ${whom}`] ?? []);
    const of = (name: string) => ({ what: name, value: median(rates[name] ?? []), unit: 'charges/s' });
    return {
      raw: { rates, through },
      findings: [
        of('bare, one organization'),
        of('service, one organization'),
        { what: 'kept, one', value: kept('one organization'), unit: 'of bare', target: { atLeast: 0.7 } },
        of(`bare, ${MANY} organizations`),
        of(`service, ${MANY} organizations`),
        { what: 'kept, many', value: kept(`${MANY} organizations`), unit: 'of bare', target: { atLeast: 0.7 } },
        {
          what: 'through HTTP, one organization',
          value: medianOf(through, 'requestsPerSecond'),
          unit: 'charges/s',
        },
      ],
    };
  },
};

type Whom = 'one organization' | `${number} organizations`;

async function fund(transactions: Transactions, ledger: Ledger, payers: readonly Actor[]): Promise<void> {
  const add = await classOf<string>('src/features/billing/credit-statements.js', 'ADD');
  await inLanes(LANES, payers, (payer) =>
    transactions.run((tx) => ledger.move(tx, payer, add, 'bench', PLENTY, 'grant')),
  );
}

/** As short as it can be: the statement of the service, planned once a connection as there, between BEGIN and COMMIT. */
async function bare(): Promise<Charge> {
  const statement = await classOf<string>('src/features/billing/credit-statements.js', 'CHARGE');
  const pool = new pg.Pool({ connectionString: await databaseUrl(), max: LANES });
  atTheEnd(() => pool.end());
  return async ({ organizationId }) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query({
        name: 'charge',
        text: statement,
        values: [organizationId, `bench:${randomUUID()}`, null, 1],
      });
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  };
}

/** In turns, so that a slow minute of the machine is slow for all. The first round warms everything up. */
async function inTurns(
  contestants: Record<string, Charge>,
  payers: readonly Actor[],
  { quick, rounds }: Effort,
): Promise<Record<string, number[]>> {
  const rates: Record<string, number[]> = {};
  const whom: Record<Whom, readonly Actor[]> = {
    'one organization': payers.slice(0, 1),
    [`${MANY} organizations`]: payers,
  };
  const count = quick ? 2_000 : 10_000;
  for (let round = 0; round <= rounds; round++) {
    for (const [among, some] of Object.entries(whom)) {
      for (const [name, charge] of Object.entries(contestants)) {
        const rate = await rateOf(count, some, charge);
        if (round > 0) (rates[`${name}, ${among}`] ??= []).push(rate);
      }
    }
  }
  return rates;
}

/** @returns how many a second */
async function rateOf(count: number, payers: readonly Actor[], charge: Charge): Promise<number> {
  const turns = Array.from({ length: count }, (_, index) => payers[index % payers.length] as Actor);
  const started = performance.now();
  await inLanes(LANES, turns, charge);
  return count / ((performance.now() - started) / 1_000);
}

async function throughHttp(effort: Effort) {
  const server = await startAerie('postgres', { entry: ROUTES, env: { BILLING_SIGNUP_CREDITS: '1000000' } });
  const { headers } = await signUp(server);
  const path = '/v1/bench/charges';
  const { http } = await compare({ http: { server, path, headers } }, effort, { duration: effort.roundSeconds });
  await server.stop();
  return http;
}
