import { setTimeout as sleep } from 'node:timers/promises';
import { startAerie } from './aerie.ts';
import { type Measurement, median } from './measurement.ts';
import type { Server } from './server.ts';
import { post } from './visitor.ts';

const PEOPLE = 50;
const TARGET_MS = 20;
const LOOK_EVERY_MS = 10;

interface Round {
  readonly eventLoopP99Ms: number;
  readonly liveP99Ms: number;
  readonly seconds: number;
}

export const logins: Measurement = {
  title: `${PEOPLE} people sign in at once`,
  // The thread pool that hashes shares the processors with everything else, as it would for a user.
  pinned: false,
  async run({ quick }) {
    const server = await startAerie('postgres', { env: { TRUST_PROXY: '1' } });
    const people = Array.from({ length: PEOPLE }, (_, index) => personOf(index));
    await Promise.all(people.map(({ signUp, headers }) => post(`${server.url}/v1/auth/register`, signUp, headers)));
    await round(server, people);
    const rounds: Round[] = [];
    for (let count = 0; count < (quick ? 3 : 5); count++) rounds.push(await round(server, people));
    const middle = (what: keyof Round) => median(rounds.map((one) => one[what]));
    return {
      raw: rounds,
      findings: [
        { what: 'all are in after', value: middle('seconds'), unit: 's' },
        { what: '`GET /health/live` meanwhile, p99', value: middle('liveP99Ms'), unit: 'ms' },
        {
          what: 'event-loop delay meanwhile, p99',
          value: middle('eventLoopP99Ms'),
          unit: 'ms',
          target: { atMost: TARGET_MS },
        },
      ],
    };
  },
};

/** Each at an address of their own: the limits are as strict as ever. */
function personOf(index: number) {
  const account = { email: `bench-${index}@example.org`, password: `a long sentence, number ${index}` };
  return { account, signUp: { ...account, name: 'Ada' }, headers: { 'x-forwarded-for': `10.0.0.${index + 1}` } };
}

async function round(server: Server, people: readonly ReturnType<typeof personOf>[]): Promise<Round> {
  await server.eventLoopDelay();
  const started = performance.now();
  let finished = false;
  const all = Promise.all(people.map(({ account, headers }) => post(`${server.url}/v1/auth/login`, account, headers)));
  const looks: number[] = [];
  void all.catch(() => undefined).finally(() => (finished = true));
  while (!finished) looks.push(await look(server));
  await all;
  const seconds = (performance.now() - started) / 1_000;
  const liveP99Ms = looks.toSorted((a, b) => a - b)[Math.ceil(looks.length * 0.99) - 1] ?? NaN;
  return { eventLoopP99Ms: await server.eventLoopDelay(), liveP99Ms, seconds };
}

/** @throws if it is not alive */
async function look({ url }: Server): Promise<number> {
  await sleep(LOOK_EVERY_MS);
  const started = performance.now();
  const answer = await fetch(`${url}/health/live`);
  if (!answer.ok) throw new Error(`/health/live answered ${answer.status}`);
  return performance.now() - started;
}
