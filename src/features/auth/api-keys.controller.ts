import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { minutes } from '@nestjs/throttler';
import {
  CurrentActor,
  RequiresRole,
  RequiresSession,
  RequiresVerifiedEmail,
} from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { PageQuery } from '../../core/pagination/page.dto.js';
import { StrictLimit } from '../../core/throttling/throttling.decorators.js';
import { ApiKeyPage, CreateApiKey, NewApiKey, RotateApiKey } from './api-key.dto.js';
import { ApiKeyReplaced, TooManyApiKeys, UnknownScope } from './api-key.errors.js';
import { ApiKeysService } from './api-keys.service.js';

const NEW_KEYS = { limit: 20, ttl: minutes(10) };

@ApiTags('api-keys')
@Controller('api-keys')
@RequiresRole('viewer')
@RequiresSession()
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  /** My API keys, newest first; from admins on, those of the whole organization */
  @Get()
  list(@CurrentActor() actor: Actor, @Query() request: PageQuery): Promise<ApiKeyPage> {
    return this.keys.list(actor, request);
  }

  /** Makes an API key of mine, and shows it this once */
  @Post()
  @RequiresRole('member')
  @RequiresVerifiedEmail()
  @StrictLimit(NEW_KEYS)
  @Throws(UnknownScope, TooManyApiKeys)
  create(@CurrentActor() actor: Actor, @Body() request: CreateApiKey): Promise<NewApiKey> {
    return this.keys.create(actor, request);
  }

  /** Replaces one of my API keys by a new one, beside which it works for a while */
  @Post(':id/rotate')
  @RequiresRole('member')
  @RequiresVerifiedEmail()
  @StrictLimit(NEW_KEYS)
  @Throws(NotFound, ApiKeyReplaced)
  rotate(
    @CurrentActor() actor: Actor,
    @Param() { id }: ById,
    @Body() { overlapMinutes }: RotateApiKey,
  ): Promise<NewApiKey> {
    return this.keys.rotate(actor, id, overlapMinutes);
  }

  /** Revokes one of my API keys, or from admins on one of the organization, on every instance */
  @Delete(':id')
  @HttpCode(204)
  @Throws(NotFound)
  revoke(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<void> {
    return this.keys.revoke(actor, id);
  }
}
