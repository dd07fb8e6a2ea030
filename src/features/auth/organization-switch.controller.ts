import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole, RequiresSession } from '../../core/access/access.decorators.js';
import { SessionEnded } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Throws } from '../../core/http/openapi.js';
import { TokenPair } from './auth.dto.js';
import { SwitchOrganization } from './organization.dto.js';
import { OrganizationSwitch } from './organization-switch.service.js';

@ApiTags('auth')
@Controller('auth/switch-organization')
@RequiresRole('viewer')
@RequiresSession()
export class OrganizationSwitchController {
  constructor(private readonly organizations: OrganizationSwitch) {}

  /** Goes on in another organization of mine, with new tokens. The refresh token from before is used up */
  @Post()
  @HttpCode(200)
  @Throws(NotFound, SessionEnded)
  switch(@CurrentActor() actor: Actor, @Body() request: SwitchOrganization): Promise<TokenPair> {
    return this.organizations.switch(actor, request);
  }
}
