import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { AuditLogPage, AuditLogQuery } from './audit-log.dto.js';
import { AuditLogService } from './audit-log.service.js';

@ApiTags('audit log')
@Controller('audit-log')
@RequiresRole('admin')
export class AuditLogController {
  constructor(private readonly log: AuditLogService) {}

  /** Who did what in the organization, newest first */
  @Get()
  list(@CurrentActor() actor: Actor, @Query() query: AuditLogQuery): Promise<AuditLogPage> {
    return this.log.list(actor, query);
  }
}
