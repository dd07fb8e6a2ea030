import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { CreditEntriesQuery, CreditEntryPage, CreditsView } from './credit.dto.js';
import { CreditsService } from './credits.service.js';

@ApiTags('billing')
@Controller('billing/credits')
@RequiresRole('viewer')
export class CreditsController {
  constructor(private readonly credits: CreditsService) {}

  /** What my organization can spend, and what is set aside */
  @Get()
  read(@CurrentActor() actor: Actor): Promise<CreditsView> {
    return this.credits.read(actor);
  }

  /** Each move of credits of my organization, newest first */
  @Get('entries')
  list(@CurrentActor() actor: Actor, @Query() query: CreditEntriesQuery): Promise<CreditEntryPage> {
    return this.credits.list(actor, query);
  }
}
