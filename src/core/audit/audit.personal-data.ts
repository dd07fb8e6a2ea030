import type { PersonalTable } from '../privacy/personal-table.js';

export const AUDIT: readonly PersonalTable[] = [
  {
    table: 'audit_log',
    whose: 'actor_id = person_id OR organization_id = ANY (organization_ids) AND target_id = person_id',
    tells: ['id', 'organization_id', 'actor_id', 'action', 'target_type', 'target_id', 'request_id', 'at'],
    kept: 'ids only, and nothing takes an entry back',
  },
  {
    table: 'audit_addresses',
    // What was tried on their account before anybody had signed in came from somewhere too.
    whose: `user_id = person_id OR user_id IS NULL AND entry_id IN (
      SELECT id FROM audit_log WHERE organization_id = ANY (organization_ids) AND target_id = person_id AND actor_id IS NULL)`,
    tells: ['entry_id', 'user_id', 'address', 'expires_at'],
  },
];
