import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { EventSubscriber, type HearsEvents, type Told } from '../../core/events/event-subscriber.decorator.js';
import { Notifications } from '../../core/notifications/notifications.service.js';
import { deviceAdded, type DeviceUse } from './auth.events.js';

/** Tells people of a sign-in that might not be theirs. */
@Injectable()
@EventSubscriber('device-notices', [deviceAdded])
export class DeviceNotices implements HearsEvents<DeviceUse> {
  constructor(private readonly notifications: Notifications) {}

  async hear(tx: Tx, { organizationId, payload: { userId, userAgent } }: Told<DeviceUse>): Promise<void> {
    await this.notifications.notify(
      tx,
      { userId, organizationId },
      {
        kind: 'session.new-device',
        title: 'New sign-in',
        text: `Somebody signed in to your account with ${userAgent || 'an unnamed program'}. If that was not you, change your password.`,
      },
    );
  }
}
