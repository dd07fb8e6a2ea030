import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequiresAdministrator } from '../access/access.decorators.js';
import { AcrossOrganizations } from '../tenancy/across-organizations.decorator.js';
import { AdminAuditLogPage } from './admin-audit-log.dto.js';
import { AuditLogQuery } from './audit-log.dto.js';
import { AuditLogService, OF_ALL } from './audit-log.service.js';

@ApiTags('administration')
@Controller('admin/audit-log')
@RequiresAdministrator()
@AcrossOrganizations(OF_ALL)
export class AdminAuditLogController {
  constructor(private readonly log: AuditLogService) {}

  /** Who did what, in all organizations and in none, newest first */
  @Get()
  list(@Query() query: AuditLogQuery): Promise<AdminAuditLogPage> {
    return this.log.listAll(query);
  }
}
