import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { minutes } from '@nestjs/throttler';
import { CurrentActor, RequiresRole, RequiresSession } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { Throws } from '../../core/http/openapi.js';
import { AlreadyMember, OrganizationClosed } from '../../core/identity/identity.errors.js';
import { StrictLimit } from '../../core/throttling/throttling.decorators.js';
import { LinkInvalid } from './auth.errors.js';
import { AcceptInvitation } from './invitation.dto.js';
import { InvitationAcceptance } from './invitation-acceptance.service.js';
import { OrganizationView } from './organization.dto.js';

@ApiTags('organizations')
@Controller('invitations')
@RequiresRole('viewer')
@RequiresSession()
export class InvitationAcceptanceController {
  constructor(private readonly acceptance: InvitationAcceptance) {}

  /** Joins the organization that invited my e-mail address, which is verified by that. To work in it, switch to it */
  @Post('accept')
  @HttpCode(200)
  @StrictLimit({ limit: 20, ttl: minutes(5) })
  @Throws(LinkInvalid, AlreadyMember, OrganizationClosed)
  accept(@CurrentActor() actor: Actor, @Body() { token }: AcceptInvitation): Promise<OrganizationView> {
    return this.acceptance.accept(actor, token);
  }
}
