import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { JobHandlers } from './job-handlers.js';
import { Queues } from './queues.js';
import type { StoredJob } from './stored-job.js';

/** Work that comes by itself. pg-boss keeps the schedules in the database, so of all instances one enqueues. */
@Injectable()
export class Schedules implements OnApplicationBootstrap {
  constructor(
    private readonly queues: Queues,
    private readonly handlers: JobHandlers,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queues.open();
    const { boss } = this.queues;
    const wanted = new Map(this.handlers.all().map(({ kind }) => [kind.name, kind.options.cron]));
    const known = await boss.getSchedules();
    for (const { name } of known) if (wanted.get(name) === undefined) await boss.unschedule(name);
    for (const [name, cron] of wanted) {
      if (cron !== undefined && known.find((schedule) => schedule.name === name)?.cron !== cron) {
        await boss.schedule(name, cron, { payload: {} } satisfies StoredJob, { tz: 'UTC' });
      }
    }
  }
}
