import { setTimeout as sleep } from 'node:timers/promises';
import { UpstreamUnavailable } from '../../core/outbound/outbound.errors.js';
import type { UpstreamAnswer } from '../../core/outbound/upstream-answer.js';

const WAITS_MS = [200, 400, 800];

/**
 * Asks again while the provider is busy with the same key for a twin of ours, which it answers with 409.
 * @throws {UpstreamUnavailable} if it stays so
 */
export async function onceFree(ask: () => Promise<UpstreamAnswer>): Promise<UpstreamAnswer> {
  for (const waitMs of WAITS_MS) {
    const answer = await ask();
    if (answer.status !== 409) return answer;
    await sleep(waitMs);
  }
  throw new UpstreamUnavailable(new Error('The provider is busy with a request of the same key.'), 1);
}
