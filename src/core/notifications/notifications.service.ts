import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../access/actor.js';
import type { Tx } from '../database/transactions.js';
import { User } from '../identity/user.entity.js';
import { isOneAddress, oneLine } from '../messaging/addresses.js';
import { Mail } from '../messaging/mail.service.js';
import type { PageQuery } from '../pagination/page.dto.js';
import { Pages } from '../pagination/pages.js';
import { Preferences } from '../preferences/preferences.service.js';
import { userRoom } from '../realtime/room.js';
import { Rooms } from '../realtime/rooms.js';
import { scope } from '../tenancy/scope.js';
import { type NotificationPage, toNotificationView } from './notification.dto.js';
import { Notification } from './notification.entity.js';
import { notified } from './notifications.mails.js';

/** What sockets of the user hear it as. */
export const NOTIFIED = 'notification.created';

/** Whom to tell, and in which of their organizations: an actor, or a row that has both. */
export type Addressee = Pick<Actor, 'userId' | 'organizationId'>;

export interface News {
  /** What it is about, for programs: `job.failed` */
  readonly kind: string;
  /** What is more than 200 characters is cut off */
  readonly title: string;
  /** What is more than 2,000 characters is cut off. Of a failure, what people may know */
  readonly text: string;
}

/** What people want to know and can do without. What they must know is a mail of its own. */
@Injectable()
export class Notifications {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pages: Pages,
    private readonly preferences: Preferences,
    private readonly mail: Mail,
    private readonly rooms: Rooms,
  ) {}

  /**
   * Tells somebody, as they prefer, if and only if the transaction commits. It is in their list in any case, for 90 days;
   * whom there is no way to reach, or who is gone, is no reason for the caller to fail.
   * @param mailIt writes its mail, if it has one of its own
   */
  async notify(tx: Tx, to: Addressee, { kind, title, text }: News, mailIt?: () => Promise<void>): Promise<void> {
    const user = await tx.findOneBy(User, { id: to.userId, erasedAt: IsNull() });
    if (user === null) return;
    const { notifications: wants } = await this.preferences.of(tx, user.id);
    const told = { kind, title: oneLine(title), text: text.slice(0, 2_000).toWellFormed(), createdAt: new Date() };
    const [notification] = await scope(tx, to)
      .of(Notification)
      .insert({ id: uuidv7(), userId: user.id, ...told });
    if (wants.socket) this.rooms.publish(tx, userRoom(user.id), NOTIFIED, toNotificationView(notification));
    const write = mailIt ?? (() => this.mail.sendIfEnabled(tx, to, notified, told));
    if (wants.email && isOneAddress(user.email)) await write();
  }

  async list(actor: Actor, request: PageQuery): Promise<NotificationPage> {
    const { userId } = actor;
    const mine = scope(this.dataSource.manager, actor).of(Notification).select('notification');
    mine.where('notification.userId = :userId', { userId });
    const { data, page } = await this.pages.read('notifications', { desc: ['id'] }, mine, request);
    return { data: data.map(toNotificationView), page };
  }
}
