import autocannon, { type Options } from 'autocannon';
import { type Effort, median } from './measurement.ts';
import type { Server } from './server.ts';

/** One of those that are compared. */
export interface Contestant {
  readonly server: Server;
  readonly path: string;
  readonly headers?: Record<string, string>;
  /** Those of each request, where they differ */
  readonly nextHeaders?: () => Record<string, string>;
  /** What is posted each time, and to where if it differs, where it is another request than GET */
  readonly nextPost?: () => { readonly body: string; readonly headers: Record<string, string>; readonly path?: string };
  /** The status of its answers, where they are to be no success */
  readonly answers?: number;
}

/** What one round of load found. */
export interface Sample {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the server for each request. */
  readonly processorUs: number;
  /** How much of one processor the server used: far below 1, something else was the bottleneck. */
  readonly busy: number;
}

export type Amount = Pick<Options, 'duration' | 'amount'>;

// As many as the pools have connections: the server is never idle, and nothing queues for long.
const CONNECTIONS = 20;

/** Warms each of them up, then loads them in turn, so that a slow minute of the machine is slow for all. */
export async function compare<Name extends string>(
  contestants: Record<Name, Contestant>,
  { warmUpSeconds, rounds }: Effort,
  amount: Amount,
): Promise<Record<Name, Sample[]>> {
  const all = Object.entries<Contestant>(contestants);
  for (const [, contestant] of all) await load(contestant, { duration: warmUpSeconds });
  const samples = Object.fromEntries(all.map(([name]) => [name, [] as Sample[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, contestant] of all) samples[name]?.push(await load(contestant, amount));
  }
  return samples as Record<Name, Sample[]>;
}

/** @throws if a single answer was no success: an error is cheaper than an answer, and would look fast */
export async function load(
  { server, path, headers, nextHeaders, nextPost, answers }: Contestant,
  amount: Amount,
): Promise<Sample> {
  const before = await server.processorTime();
  const result = await autocannon({
    url: server.url + path,
    connections: CONNECTIONS,
    ...amount,
    ...(headers && { headers }),
    ...(nextPost && { requests: [{ method: 'POST', setupRequest: (request) => ({ ...request, ...nextPost() }) }] }),
    ...(nextHeaders && { requests: [{ setupRequest: (request) => ({ ...request, headers: nextHeaders() }) }] }),
  });
  const used = (await server.processorTime()) - before;
  const { duration, latency, errors, non2xx, '2xx': succeeded, statusCodeStats } = result;
  const all = succeeded + non2xx;
  const answered = answers === undefined ? succeeded : (statusCodeStats[answers]?.count ?? 0);
  const failed = errors + all - answered;
  if (failed > 0) throw new Error(`${server.name} failed ${failed} of ${all} requests`);
  return {
    requestsPerSecond: Math.round(answered / duration),
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    processorUs: used / answered,
    busy: used / 1e6 / duration,
  };
}

export const medianOf = (samples: readonly Sample[], what: keyof Sample): number =>
  median(samples.map((sample) => sample[what]));
