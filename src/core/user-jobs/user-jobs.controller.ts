import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { NotFound } from '../errors/core.errors.js';
import { ById } from '../http/by-id.dto.js';
import { ConditionalGet } from '../http/conditional-get.js';
import { Throws } from '../http/openapi.js';
import { JobPage, JobsQuery, JobView } from './user-job.dto.js';
import { JobEnded } from './user-job.errors.js';
import { UserJobs } from './user-jobs.service.js';

@ApiTags('jobs')
@Controller('jobs')
@RequiresRole('viewer')
export class UserJobsController {
  constructor(private readonly jobs: UserJobs) {}

  /** My jobs, newest first; with `ids` only these */
  @Get()
  @ConditionalGet()
  list(@CurrentActor() actor: Actor, @Query() query: JobsQuery): Promise<JobPage> {
    return this.jobs.list(actor, query);
  }

  /** How far my job is, and what has become of it */
  @Get(':id')
  @ConditionalGet()
  @Throws(NotFound)
  read(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<JobView> {
    return this.jobs.get(actor, id);
  }

  /** Stops my job, if it has not ended */
  @Post(':id/cancel')
  @HttpCode(HttpStatus.OK)
  @Throws(NotFound, JobEnded)
  cancel(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<JobView> {
    return this.jobs.cancel(actor, id);
  }
}
