import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresAdministrator } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { NotFound } from '../errors/core.errors.js';
import { ById } from '../http/by-id.dto.js';
import { Throws } from '../http/openapi.js';
import { AcrossOrganizations } from '../tenancy/across-organizations.decorator.js';
import { AdminUserPage, AdminUsersQuery, AdminUserView } from './admin-user.dto.js';
import { AdminUsers } from './admin-users.service.js';
import { OwnSuspension } from './identity.errors.js';

@ApiTags('administration')
@Controller('admin/users')
@RequiresAdministrator()
@AcrossOrganizations('administrators see everybody')
export class AdminUsersController {
  constructor(private readonly users: AdminUsers) {}

  /** Everybody, newest first; with `email` those whose address begins so */
  @Get()
  list(@Query() query: AdminUsersQuery): Promise<AdminUserPage> {
    return this.users.list(query);
  }

  /** Who somebody is */
  @Get(':id')
  @Throws(NotFound)
  read(@Param() { id }: ById): Promise<AdminUserView> {
    return this.users.get(id);
  }

  /** Keeps somebody out, on every instance, until they are reinstated */
  @Post(':id/suspend')
  @HttpCode(200)
  @Throws(NotFound, OwnSuspension)
  suspend(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<AdminUserView> {
    return this.users.suspend(actor, id);
  }

  /** Lets somebody in again */
  @Post(':id/reinstate')
  @HttpCode(200)
  @Throws(NotFound)
  reinstate(@Param() { id }: ById): Promise<AdminUserView> {
    return this.users.reinstate(id);
  }
}
