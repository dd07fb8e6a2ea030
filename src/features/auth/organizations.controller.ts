import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { hours } from '@nestjs/throttler';
import { CurrentActor, RequiresRole, RequiresSession } from '../../core/access/access.decorators.js';
import { Forbidden } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { PageQuery } from '../../core/pagination/page.dto.js';
import { StrictLimit } from '../../core/throttling/throttling.decorators.js';
import { NameOrganization, OrganizationPage, OrganizationView } from './organization.dto.js';
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

  /** Makes an organization that I own. To work in it, switch to it */
  @Post()
  @RequiresSession()
  @StrictLimit({ limit: 20, ttl: hours(1) })
  create(@CurrentActor() actor: Actor, @Body() request: NameOrganization): Promise<OrganizationView> {
    return this.organizations.create(actor, request);
  }

  /** The organization that I work in. Every other one is a 404, also if I belong to it: switch to it first */
  @Get(':id')
  @Throws(NotFound)
  read(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<OrganizationView> {
    return this.organizations.read(actor, id);
  }

  /** Changes what the organization is called */
  @Patch(':id')
  @RequiresRole('admin')
  @Throws(NotFound)
  rename(
    @CurrentActor() actor: Actor,
    @Param() { id }: ById,
    @Body() request: NameOrganization,
  ): Promise<OrganizationView> {
    return this.organizations.rename(actor, id, request);
  }

  /** Closes it for all members, for good. They go on elsewhere once they refresh; who has no other gets a new one */
  @Delete(':id')
  @HttpCode(204)
  @RequiresRole('owner')
  @RequiresSession()
  @Throws(NotFound, Forbidden)
  close(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<void> {
    return this.organizations.close(actor, id);
  }
}
