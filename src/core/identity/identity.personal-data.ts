import type { PersonalTable } from '../privacy/personal-table.js';

export const IDENTITY: readonly PersonalTable[] = [
  {
    table: 'users',
    whose: 'id = person_id',
    tells: [
      'id',
      'email',
      'name',
      'administrator',
      'email_verified_at',
      'suspended_at',
      'erased_at',
      'access_version',
      'access_changed_at',
      'created_at',
      'updated_at',
    ],
    kept: 'the row is emptied, and its id is what the books know',
  },
  { table: 'memberships', tells: ['organization_id', 'user_id', 'role', 'created_at'] },
  {
    table: 'organizations',
    whose: 'id = ANY (organization_ids)',
    tells: ['id', 'name', 'created_at', 'closed_at'],
    kept: 'it is emptied with its last member, and its id is what the books know',
  },
];
