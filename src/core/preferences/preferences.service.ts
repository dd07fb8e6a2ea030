import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/transactions.js';
import { PreferencesChanged } from './preferences.errors.js';
import type { PreferencesView, UpdatePreferences } from './preferences.dto.js';
import { UserPreferences } from './user-preferences.entity.js';

const DEFAULTS: PreferencesView = { version: 0, notifications: { email: true, sms: false, socket: true } };

/** What people chose for themselves. */
@Injectable()
export class Preferences {
  async of(tx: Tx, userId: string): Promise<PreferencesView> {
    const chosen = await tx.findOneBy(UserPreferences, { userId });
    return chosen === null ? DEFAULTS : toView(chosen);
  }

  /** @throws {PreferencesChanged} if a version is given that is not the last */
  async update(tx: Tx, userId: string, { version, notifications = {} }: UpdatePreferences): Promise<PreferencesView> {
    await tx.query('INSERT INTO user_preferences (user_id) VALUES ($1) ON CONFLICT (user_id) DO NOTHING', [userId]);
    const seen = { userId, ...(version !== undefined && { version }) };
    const { affected } = await tx.update(UserPreferences, seen, { ...notifications, version: () => 'version + 1' });
    if (affected === 0) throw new PreferencesChanged();
    return this.of(tx, userId);
  }
}

const toView = ({ version, email, sms, socket }: UserPreferences): PreferencesView => ({
  version,
  notifications: { email, sms, socket },
});
