import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { hours } from '@nestjs/throttler';
import { CurrentActor, RequiresRole, RequiresVerifiedEmail } from '../../core/access/access.decorators.js';
import { Forbidden } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { FeatureDisabled, NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { AlreadyMember } from '../../core/identity/identity.errors.js';
import { PageQuery } from '../../core/pagination/page.dto.js';
import { StrictLimit } from '../../core/throttling/throttling.decorators.js';
import { InvitationPage, InvitationPath, InvitationView, InviteMember } from './invitation.dto.js';
import { AlreadyInvited } from './invitation.errors.js';
import { InvitationsService } from './invitations.service.js';

@ApiTags('organizations')
@Controller('organizations/:id/invitations')
@RequiresRole('admin')
@Throws(NotFound)
export class InvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  /** The invitations that nobody has accepted, newest first. Those that expired are here for an hour at most */
  @Get()
  list(@CurrentActor() actor: Actor, @Param() { id }: ById, @Query() request: PageQuery): Promise<InvitationPage> {
    return this.invitations.list(actor, id, request);
  }

  /** Invites an e-mail address, with a role that is not above my own. An earlier invitation of it is replaced */
  @Post()
  @RequiresVerifiedEmail()
  @StrictLimit({ limit: 30, ttl: hours(1) }, 'email')
  @Throws(Forbidden, AlreadyMember, AlreadyInvited, FeatureDisabled)
  send(@CurrentActor() actor: Actor, @Param() { id }: ById, @Body() request: InviteMember): Promise<InvitationView> {
    return this.invitations.send(actor, id, request);
  }

  /** Takes an invitation back: its link is worth nothing from now on */
  @Delete(':invitationId')
  @HttpCode(204)
  @Throws(Forbidden)
  revoke(@CurrentActor() actor: Actor, @Param() path: InvitationPath): Promise<void> {
    return this.invitations.revoke(actor, path);
  }
}
