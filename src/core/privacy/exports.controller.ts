import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { hours, Throttle } from '@nestjs/throttler';
import { CurrentActor, RequiresRole, RequiresSession } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { NotFound } from '../errors/core.errors.js';
import { ById } from '../http/by-id.dto.js';
import { Throws } from '../http/openapi.js';
import { QueueFull } from '../jobs/job.errors.js';
import { PageQuery } from '../pagination/page.dto.js';
import { JobAccepted } from '../user-jobs/user-job.dto.js';
import { JobAlreadyRunning } from '../user-jobs/user-job.errors.js';
import { Exports } from './exports.service.js';
import { ArchiveView, ExportPage } from './personal-export.dto.js';

@ApiTags('users')
@Controller('users/me')
@RequiresRole('viewer')
@RequiresSession()
export class ExportsController {
  constructor(private readonly exports: Exports) {}

  /** Collects all that is known of me. The result of the job says where it can be fetched, for a week */
  @Post('export')
  @HttpCode(202)
  @Throttle({ principal: { limit: 3, ttl: hours(24) } })
  @Throws(JobAlreadyRunning, QueueFull)
  begin(@CurrentActor() actor: Actor): Promise<JobAccepted> {
    return this.exports.begin(actor);
  }

  /** What I can fetch, newest first */
  @Get('exports')
  list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<ExportPage> {
    return this.exports.list(actor, query);
  }

  /** All that was known of me */
  @Get('exports/:id')
  @Throws(NotFound)
  read(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<ArchiveView> {
    return this.exports.get(actor, id);
  }
}
