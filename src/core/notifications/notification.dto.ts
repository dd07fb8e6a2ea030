import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '../pagination/page.dto.js';
import type { Notification } from './notification.entity.js';

export class NotificationView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  /** What it is about, for programs: `job.failed` */
  @ApiProperty({ maxLength: 100 })
  kind: string;

  @ApiProperty({ maxLength: 200 })
  title: string;

  @ApiProperty({ maxLength: 2000 })
  text: string;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;
}

export class NotificationPage {
  @ApiProperty({ type: [NotificationView], maxItems: 100 })
  data: NotificationView[];

  page: PageInfo;
}

export const toNotificationView = ({ id, kind, title, text, createdAt }: Notification): NotificationView => ({
  id,
  kind,
  title,
  text,
  createdAt: createdAt.toISOString(),
});
