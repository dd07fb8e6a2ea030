import { setTimeout as sleep } from 'node:timers/promises';

/** How one request of a load went: its answer, or the code of the error with which its connection broke. */
export interface Shot {
  readonly status: number | string;
  readonly retryAfter: string | null;
  readonly code?: unknown;
  readonly sentAt: number;
  readonly tookMs: number;
}

/** Sends one request and tells how it went, whatever happens. */
export async function shoot(url: string, init?: RequestInit): Promise<Shot> {
  const sentAt = performance.now();
  const shot = (status: Shot['status'], retryAfter: string | null = null, code?: unknown): Shot => ({
    status,
    retryAfter,
    code,
    sentAt,
    tookMs: performance.now() - sentAt,
  });
  try {
    const response = await fetch(url, init);
    const body = await response.text();
    const problem = response.status >= 400 ? (JSON.parse(body) as { code?: string }) : undefined;
    return shot(response.status, response.headers.get('retry-after'), problem?.code);
  } catch (thrown) {
    return shot(String(((thrown as Error).cause as { code?: string } | undefined)?.code ?? thrown));
  }
}

/** Shoots at a steady rate, whether or not answers come, until it is stopped. */
export class Load {
  private readonly shots: Promise<Shot>[] = [];
  private readonly ended = new AbortController();

  constructor(shoot: () => Promise<Shot>, perSecond: number) {
    void this.run(shoot, 1_000 / perSecond);
  }

  async stop(): Promise<Shot[]> {
    this.ended.abort();
    return Promise.all(this.shots);
  }

  private async run(shoot: () => Promise<Shot>, everyMs: number): Promise<void> {
    while (!this.ended.signal.aborted) {
      this.shots.push(shoot());
      await sleep(everyMs);
    }
  }
}
