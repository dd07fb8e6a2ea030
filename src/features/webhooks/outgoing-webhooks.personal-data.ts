import type { PersonalTable } from '../../core/privacy/personal-table.js';

const OF_CLOSING = 'organization_id = ANY (closing_ids)';

/** What an organization has set up goes with the last of its people; what was sent may speak of any of them. */
export const WEBHOOKS_OF_PEOPLE: readonly PersonalTable[] = [
  {
    table: 'webhook_attempts',
    whose: OF_CLOSING,
    tells: [
      ...['organization_id', 'delivery_id', 'number', 'status_code', 'error_code', 'duration_ms', 'response'],
      'started_at',
    ],
    mentions: { response: 'prose' },
  },
  {
    table: 'webhook_deliveries',
    whose: OF_CLOSING,
    tells: [
      ...['id', 'organization_id', 'endpoint_id', 'event_id', 'event_type', 'body', 'status', 'attempt', 'failures'],
      ...['next_attempt_at', 'leased_until', 'error_code', 'created_at', 'ended_at', 'expires_at'],
    ],
    mentions: { body: 'text' },
  },
  {
    table: 'webhook_endpoints',
    whose: OF_CLOSING,
    tells: [
      ...['id', 'organization_id', 'url', 'description', 'event_types', 'status', 'disabled_reason'],
      ...['previous_secret_until', 'consecutive_failures', 'failing_since', 'slow', 'paused_until', 'due_at'],
      ...['created_at', 'updated_at'],
    ],
    withholds: { secret: 'signs for the organization', previous_secret: 'signs for the organization' },
    mentions: { description: 'prose' },
  },
];
