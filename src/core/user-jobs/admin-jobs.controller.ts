import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequiresAdministrator } from '../access/access.decorators.js';
import { AcrossOrganizations } from '../tenancy/across-organizations.decorator.js';
import { AdminJobs, OF_ALL } from './admin-jobs.service.js';
import { AdminJobPage, AdminJobsQuery } from './admin-job.dto.js';

@ApiTags('administration')
@Controller('admin/jobs')
@RequiresAdministrator()
@AcrossOrganizations(OF_ALL)
export class AdminJobsController {
  constructor(private readonly jobs: AdminJobs) {}

  /** The jobs of all users, newest first */
  @Get()
  list(@Query() query: AdminJobsQuery): Promise<AdminJobPage> {
    return this.jobs.list(query);
  }
}
