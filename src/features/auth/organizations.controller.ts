import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { PageQuery } from '../../core/pagination/page.dto.js';
import { OrganizationPage } from './organization.dto.js';
import { OrganizationsService } from './organizations.service.js';

@ApiTags('organizations')
@Controller('organizations')
@RequiresRole('viewer')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  /** The organizations that I belong to, oldest first */
  @Get()
  list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<OrganizationPage> {
    return this.organizations.list(actor, query);
  }
}
