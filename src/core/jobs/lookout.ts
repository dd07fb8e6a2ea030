import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Lifeline } from '../database/lifeline.js';
import { Shutdown } from '../lifecycle/shutdown.js';

/** How long work that another instance has asked for may go unnoticed; one's own is noticed at once. */
const LOOK_EVERY_MS = 2_000;

// Index job_i11 finds the first of each queue.
const DUE = `
  SELECT name FROM unnest($1::text[]) AS queue (name)
   WHERE EXISTS (SELECT FROM pgboss.job j
                  WHERE j.name = queue.name AND j.state < 'active' AND NOT j.blocked AND j.start_after <= now())`;

/**
 * Looks for work in all queues with one statement, over the lifeline: workers that each look for themselves would, all
 * together, keep a good part of the pool busy with finding nothing.
 */
@Injectable()
export class Lookout {
  private readonly stopping = new AbortController();

  constructor(
    private readonly lifeline: Lifeline,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Lookout.name);
  }

  /** @param found is told the name of each queue in which something is due */
  begin(queues: readonly string[], found: (queue: string) => void): void {
    const watching = this.watch(queues, found);
    this.shutdown.register('schedulers', 'lookout for jobs', () => {
      this.stopping.abort();
      return watching;
    });
  }

  private async watch(queues: readonly string[], found: (queue: string) => void): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await sleep(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.look(queues, found);
    }
  }

  private async look(queues: readonly string[], found: (queue: string) => void): Promise<void> {
    try {
      for (const { name } of await this.lifeline.query<{ name: string }>(DUE, [queues])) found(name);
    } catch (err) {
      this.logger.warn({ err }, 'jobs are not looked for');
    }
  }
}
