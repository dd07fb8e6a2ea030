import type { PersonalTable } from '../../core/privacy/personal-table.js';

export const CREDITS: readonly PersonalTable[] = [
  {
    table: 'credit_entries',
    whose: `reason = 'sign-up' AND reference = 'user:' || person_id`,
    tells: [
      ...['organization_id', 'number', 'reason', 'reference', 'amount', 'reserved', 'counterpart', 'balance_after'],
      ...['request_id', 'at'],
    ],
    kept: 'ids and numbers only, and nothing takes an entry back',
  },
  {
    table: 'credit_notes',
    whose: 'organization_id = ANY (closing_ids)',
    tells: ['organization_id', 'number', 'text'],
    mentions: { text: 'prose' },
  },
];
