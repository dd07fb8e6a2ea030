/** $1 the last one seen, $2 how many */
export const ACCOUNTS_AFTER = `
  SELECT organization_id AS id FROM credit_accounts WHERE organization_id > $1 ORDER BY organization_id LIMIT $2`;

/** $1 organizations. The order of the entries is that of their numbers, which have no gap. */
export const DIFFERENCES = `
  WITH chain AS (
    SELECT organization_id, number, amount, reserved,
           balance_after - amount IS DISTINCT FROM
             lag(balance_after, 1, 0::bigint) OVER (PARTITION BY organization_id ORDER BY number) AS broken
      FROM credit_entries WHERE organization_id = ANY ($1)),
  ledger AS (
    SELECT organization_id, sum(amount) AS amount, sum(reserved) AS reserved, count(*) AS entries, max(number) AS last,
           count(*) FILTER (WHERE broken) AS broken
      FROM chain GROUP BY organization_id),
  reservations AS (
    SELECT organization_id, sum(amount) AS held FROM credit_reservations
     WHERE organization_id = ANY ($1) AND state = 'held' GROUP BY organization_id),
  seen AS (
    SELECT organization_id, a.balance, a.reserved, a.entries, coalesce(l.amount, 0) AS entered,
           coalesce(l.reserved, 0) AS reserved_entered, coalesce(r.held, 0) AS held, coalesce(l.entries, 0) AS counted,
           coalesce(l.last, 0) AS last, coalesce(l.broken, 0) AS broken
      FROM credit_accounts a LEFT JOIN ledger l USING (organization_id) LEFT JOIN reservations r USING (organization_id)
     WHERE organization_id = ANY ($1))
  SELECT organization_id AS "organizationId", balance, entered, reserved, reserved_entered AS "reservedEntered", held,
         entries, counted, broken
    FROM seen
   WHERE balance <> entered OR reserved <> reserved_entered OR reserved <> held OR entries <> counted OR counted <> last
      OR broken <> 0
   ORDER BY organization_id`;
