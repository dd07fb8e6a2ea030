import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PersonalData } from '../privacy/personal-data.js';
import { Retention } from '../retention/retention.js';
import { Notification } from './notification.entity.js';
import { NotificationsController } from './notifications.controller.js';
import { Notifications } from './notifications.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Notification])],
  controllers: [NotificationsController],
  providers: [Notifications],
  exports: [Notifications],
})
export class NotificationsModule {
  constructor(retention: Retention, personalData: PersonalData) {
    retention.expire('notifications');
    personalData.declare({
      table: 'notifications',
      tells: ['id', 'organization_id', 'user_id', 'kind', 'title', 'text', 'created_at', 'expires_at'],
      mentions: { title: 'prose', text: 'prose' },
    });
  }
}
