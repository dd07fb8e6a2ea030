import type { PersonalTable } from '../../core/privacy/personal-table.js';

const BOOKS = 'the books of sales, which the law wants kept: they name a person by nothing but their id';

export const PAYMENTS_OF_PEOPLE: readonly PersonalTable[] = [
  {
    table: 'payments',
    tells: [
      ...['id', 'organization_id', 'user_id', 'seller_organization_id', 'payable_kind', 'payable_id', 'amount'],
      ...['currency', 'description', 'status', 'provider', 'checkout_claimed_at', 'checkout_reference', 'checkout_url'],
      ...['charge_reference', 'refunding', 'refunded', 'refund_failures', 'disputed_at', 'mismatched_at', 'check_at'],
      ...['checks', 'created_at', 'paid_at', 'expires_at'],
    ],
    withholds: { token_hash: 'a digest, of use to nobody but us', sealed_token: 'a sealed secret' },
    kept: BOOKS,
    mentions: { description: 'prose' },
  },
  {
    table: 'payment_refunds',
    whose: 'payment_id IN (SELECT id FROM payments WHERE user_id = person_id /* whatever the organization_id */)',
    tells: [
      ...['id', 'organization_id', 'payment_id', 'amount', 'reason', 'reference', 'status', 'provider_reference'],
      ...['attempts', 'attempt_at', 'created_at', 'ended_at'],
    ],
    kept: BOOKS,
    mentions: { reason: 'prose' },
  },
];
