import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { PageQuery } from '../pagination/page.dto.js';
import { NotificationPage } from './notification.dto.js';
import { Notifications } from './notifications.service.js';

@ApiTags('notifications')
@Controller('notifications')
@RequiresRole('viewer')
export class NotificationsController {
  constructor(private readonly notifications: Notifications) {}

  /** What I was told in this organization, newest first */
  @Get()
  list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<NotificationPage> {
    return this.notifications.list(actor, query);
  }
}
