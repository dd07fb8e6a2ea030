import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequiresAdministrator } from '../../core/access/access.decorators.js';
import { FeatureDisabled, NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { AcrossOrganizations } from '../../core/tenancy/across-organizations.decorator.js';
import { InboxEventView, InboxPage, InboxQuery, WholeInboxEventView } from './admin-inbox.dto.js';
import { AdminInbox } from './admin-inbox.service.js';
import { EventDone } from './inbound.errors.js';

@ApiTags('administration')
@Controller('admin/webhook-inbox')
@RequiresAdministrator()
@AcrossOrganizations('what providers send is of no organization')
export class AdminInboxController {
  constructor(private readonly inbox: AdminInbox) {}

  /** What providers have sent, newest first */
  @Get()
  list(@Query() query: InboxQuery): Promise<InboxPage> {
    return this.inbox.list(query);
  }

  /** One event, with what the provider said in it until it was processed */
  @Get(':id')
  @Throws(NotFound)
  read(@Param() { id }: ById): Promise<WholeInboxEventView> {
    return this.inbox.read(id);
  }

  /** Tries an event now that was given up, or that has failed; its status tells what came of it */
  @Post(':id/replay')
  @HttpCode(200)
  @Throws(NotFound, FeatureDisabled, EventDone)
  replay(@Param() { id }: ById): Promise<InboxEventView> {
    return this.inbox.replay(id);
  }
}
