import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole } from '../../core/access/access.decorators.js';
import { Forbidden } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { LastOwner } from '../../core/identity/identity.errors.js';
import { PageQuery } from '../../core/pagination/page.dto.js';
import { ChangeRole, MemberPage, MemberPath, MemberView } from './member.dto.js';
import { MembersService } from './members.service.js';

@ApiTags('organizations')
@Controller('organizations/:id/members')
@RequiresRole('viewer')
@Throws(NotFound)
export class MembersController {
  constructor(private readonly members: MembersService) {}

  /** Who belongs to the organization that I work in, the oldest accounts first */
  @Get()
  list(@CurrentActor() actor: Actor, @Param() { id }: ById, @Query() request: PageQuery): Promise<MemberPage> {
    return this.members.list(actor, id, request);
  }

  /** Changes somebody's role: from and to none above my own. It holds on every instance within a second */
  @Patch(':userId')
  @RequiresRole('admin')
  @Throws(Forbidden, LastOwner)
  change(@CurrentActor() actor: Actor, @Param() path: MemberPath, @Body() request: ChangeRole): Promise<MemberView> {
    return this.members.change(actor, path, request);
  }

  /** Leaves the organization, or removes somebody whose role is not above my own, for which I have to be an admin */
  @Delete(':userId')
  @HttpCode(204)
  @Throws(Forbidden, LastOwner)
  remove(@CurrentActor() actor: Actor, @Param() path: MemberPath): Promise<void> {
    return this.members.remove(actor, path);
  }
}
