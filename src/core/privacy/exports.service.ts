import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../access/actor.js';
import { Transactions } from '../database/transactions.js';
import { NotFound } from '../errors/core.errors.js';
import type { PageQuery } from '../pagination/page.dto.js';
import { Pages } from '../pagination/pages.js';
import type { JobAccepted } from '../user-jobs/user-job.dto.js';
import { UserJobs } from '../user-jobs/user-jobs.service.js';
import { exportAccount } from './export.job.js';
import { type ArchiveView, type ExportPage, toExportView } from './personal-export.dto.js';
import { PersonalExport } from './personal-export.entity.js';

/** What people may have of all that is known of them. */
@Injectable()
export class Exports {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly pages: Pages,
    private readonly jobs: UserJobs,
  ) {}

  /** @throws {JobAlreadyRunning | QueueFull} */
  begin(actor: Actor): Promise<JobAccepted> {
    return this.transactions.run((tx) => this.jobs.begin(tx, actor, exportAccount, {}));
  }

  async list(actor: Actor, request: PageQuery): Promise<ExportPage> {
    const { data, page } = await this.pages.read('exports', { desc: ['id'] }, this.of(actor), request);
    return { data: data.map(toExportView), page };
  }

  /** @throws {NotFound} also when its time is over */
  async get(actor: Actor, id: string): Promise<ArchiveView> {
    const live = this.of(actor).andWhere('export.id = :id AND export.expiresAt > now()', { id });
    const found = await live.addSelect('export.content').getOne();
    if (found === null) throw new NotFound('The export');
    return { ...toExportView(found), content: found.content };
  }

  private of({ userId }: Actor) {
    return this.dataSource.manager
      .createQueryBuilder(PersonalExport, 'export')
      .where('export.userId = :userId', { userId });
  }
}
