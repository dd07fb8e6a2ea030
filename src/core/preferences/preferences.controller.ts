import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { CurrentActor, RequiresRole } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { Transactions } from '../database/transactions.js';
import { Throws } from '../http/openapi.js';
import { PreferencesView, UpdatePreferences } from './preferences.dto.js';
import { PreferencesChanged } from './preferences.errors.js';
import { Preferences } from './preferences.service.js';

@ApiTags('preferences')
@Controller('users/me/preferences')
@RequiresRole('viewer')
export class PreferencesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly preferences: Preferences,
  ) {}

  /** What I chose, or what holds as long as I have not */
  @Get()
  read(@CurrentActor() { userId }: Actor): Promise<PreferencesView> {
    return this.preferences.of(this.dataSource.manager, userId);
  }

  /** Changes what is given, and answers all of it */
  @Patch()
  @Throws(PreferencesChanged)
  update(@CurrentActor() { userId }: Actor, @Body() request: UpdatePreferences): Promise<PreferencesView> {
    return this.transactions.run((tx) => this.preferences.update(tx, userId, request));
  }
}
