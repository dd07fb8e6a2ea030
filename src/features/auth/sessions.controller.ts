import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole, RequiresSession } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { PageQuery } from '../../core/pagination/page.dto.js';
import { OwnSessionsService } from './own-sessions.service.js';
import { SessionPage } from './session.dto.js';

@ApiTags('auth')
@Controller('auth/sessions')
@RequiresRole('viewer')
@RequiresSession()
export class SessionsController {
  constructor(private readonly sessions: OwnSessionsService) {}

  /** Where I am signed in, newest first */
  @Get()
  list(@CurrentActor() actor: Actor, @Query() request: PageQuery): Promise<SessionPage> {
    return this.sessions.list(actor, request);
  }

  /** Ends one of my sessions, on every instance */
  @Delete(':id')
  @HttpCode(204)
  @Throws(NotFound)
  end(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<void> {
    return this.sessions.end(actor, id);
  }

  /** Ends all of my sessions but this one, on every instance */
  @Delete()
  @HttpCode(204)
  endOthers(@CurrentActor() actor: Actor): Promise<void> {
    return this.sessions.endOthers(actor);
  }
}
