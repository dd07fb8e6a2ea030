import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresAdministrator } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { IdempotencyKey } from '../../core/idempotency/idempotency-key.decorator.js';
import { AcrossOrganizations } from '../../core/tenancy/across-organizations.decorator.js';
import { CreditGrants } from './credit-grants.service.js';
import { CreditEntryView, GrantCredits } from './credit.dto.js';

@ApiTags('administration')
@Controller('admin/organizations')
@RequiresAdministrator()
@AcrossOrganizations('administrators give credits to any organization')
export class AdminCreditsController {
  constructor(private readonly grants: CreditGrants) {}

  /** Gives credits to an organization, which reads why */
  @Post(':id/credits')
  @Throws(NotFound)
  grant(
    @CurrentActor() actor: Actor,
    @Param() { id }: ById,
    @Body() request: GrantCredits,
    @IdempotencyKey() key: string,
  ): Promise<CreditEntryView> {
    return this.grants.grant(actor, id, request, key);
  }
}
