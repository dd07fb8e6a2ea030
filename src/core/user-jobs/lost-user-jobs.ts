import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Lifeline } from '../database/lifeline.js';
import { Transactions } from '../database/transactions.js';
import { jobsConfig, type JobsConfig } from '../jobs/jobs.config.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { WORKER_LOST } from './job-failure.js';
import { HEARTBEAT, LOST } from './job-statements.js';
import { UserJobAttempts } from './user-job-attempts.js';
import { UserJobEndings } from './user-job-endings.js';
import { UserJobHandlers } from './user-job-handlers.js';
import type { UserJob } from './user-job.entity.js';

const SIGNS_OF_LIFE = 6;
const AT_ONCE = 10;

/** Says of the jobs of this process that they live, and takes from silent workers those that may not. */
@Injectable()
export class LostUserJobs implements OnApplicationBootstrap {
  private readonly stopping = new AbortController();

  constructor(
    @Inject(jobsConfig.KEY) private readonly config: JobsConfig,
    private readonly lifeline: Lifeline,
    private readonly transactions: Transactions,
    private readonly handlers: UserJobHandlers,
    private readonly attempts: UserJobAttempts,
    private readonly endings: UserJobEndings,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(LostUserJobs.name);
  }

  onApplicationBootstrap(): void {
    if (this.handlers.kinds.length === 0) return;
    const watching = this.watch();
    this.shutdown.register('schedulers', 'watch of jobs', () => {
      this.stopping.abort();
      return watching;
    });
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await sleep(this.config.lostAfterMs / SIGNS_OF_LIFE, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await this.giveSign().catch((err: unknown) => this.logger.warn({ err }, 'no sign of life from the jobs here'));
      await this.findLost().catch((err: unknown) => this.logger.warn({ err }, 'lost jobs are not found'));
    }
  }

  /** Over the lifeline, which a busy pool does not delay. */
  private async giveSign(): Promise<void> {
    const mine = this.attempts.current;
    if (mine.length === 0) return;
    const alive = await this.lifeline.query<{ id: string }>(HEARTBEAT, [
      mine.map(({ id }) => id),
      mine.map(({ attempt }) => attempt),
    ]);
    const ids = new Set(alive.map(({ id }) => id));
    for (const { id } of mine) if (!ids.has(id)) this.attempts.supersede(id);
  }

  private async findLost(): Promise<void> {
    for (let found = AT_ONCE; found === AT_ONCE && !this.stopping.signal.aborted;) {
      found = await this.transactions.run(async (tx) => {
        const lost = await tx.query<UserJob[]>(LOST, [this.handlers.kinds, this.config.lostAfterMs / 1_000, AT_ONCE]);
        for (const job of lost) await this.endings.fail(tx, job, WORKER_LOST);
        return lost.length;
      });
    }
  }
}
