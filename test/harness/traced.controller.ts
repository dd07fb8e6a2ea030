import { Controller, Injectable, Module, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Public } from '../../src/core/access/access.decorators.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { defineJob } from '../../src/core/jobs/define-job.js';
import { type Handles, JobHandler } from '../../src/core/jobs/job-handler.decorator.js';
import { Jobs } from '../../src/core/jobs/jobs.service.js';
import { Named } from './routes.dto.js';

const follow = defineJob('tracing.follow', Named, { retries: 1, backoffSeconds: 1 });

/** What the job does, beside its own statement, as long as a test says so. */
export const following: { work: () => Promise<unknown> } = { work: () => Promise.resolve() };

@Injectable()
@JobHandler(follow)
class Follower implements Handles<Named> {
  constructor(private readonly dataSource: DataSource) {}

  async handle({ name }: Named): Promise<void> {
    await this.dataSource.query(`SELECT 'followed', $1::text`, [name]);
    await following.work();
  }
}

@Controller('test/traced')
@Public()
class TracedController {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
  ) {}

  /** Asks the database, and for a job that asks it again */
  @Post()
  async ask(): Promise<Named> {
    await this.transactions.run(async (tx) => {
      await tx.query(`SELECT 'asked', $1::text`, ['canary-value']);
      await this.jobs.enqueue(tx, follow, { name: 'canary-value' });
    });
    return { name: 'later' };
  }
}

@Module({ controllers: [TracedController], providers: [Follower] })
export class TracedModule {}
