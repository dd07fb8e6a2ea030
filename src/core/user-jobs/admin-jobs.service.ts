import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Pages } from '../pagination/pages.js';
import { acrossOrganizations } from '../tenancy/scope.js';
import { type AdminJobPage, type AdminJobsQuery, toAdminJobView } from './admin-job.dto.js';
import { UserJob } from './user-job.entity.js';

export const OF_ALL = 'administrators see the jobs of all organizations';

/** The jobs of all users, for whoever runs the platform. */
@Injectable()
export class AdminJobs {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pages: Pages,
  ) {}

  async list(request: AdminJobsQuery): Promise<AdminJobPage> {
    const all = acrossOrganizations(this.dataSource.manager, OF_ALL).of(UserJob).select('job');
    const query = request.status === undefined ? all : all.where({ status: request.status });
    const { data, page } = await this.pages.read('admin jobs', { desc: ['id'] }, query, request);
    return { data: data.map(toAdminJobView), page };
  }
}
