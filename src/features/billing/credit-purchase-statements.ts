// Of one purchase: $1 the organization, $2 the purchase. (UPDATE inside of WITH, because TypeORM answers one alone with a pair.)

/** $3 the payment, $4 and $5 its amount and currency. Answers the credits, once, and never for an organization that is closed. */
export const PAID = `
  WITH paid AS (
    UPDATE credit_purchases SET paid_at = now(), payment_id = $3
     WHERE organization_id = $1 AND id = $2 AND paid_at IS NULL AND amount = $4 AND currency = $5
       AND EXISTS (SELECT FROM organizations o WHERE o.id = $1 AND o.closed_at IS NULL) RETURNING credits)
  SELECT credits FROM paid`;

/** $3 the payment, $4 what went back of it in all. Answers how many credits are due back more than before: a part of one is. */
export const DUE_BACK = `
  WITH former AS (
    SELECT due_back FROM credit_purchases
     WHERE organization_id = $1 AND id = $2 AND payment_id = $3 FOR NO KEY UPDATE),
  due AS (
    UPDATE credit_purchases p
       SET due_back = greatest(former.due_back, least(credits, ceil(credits::numeric * $4::bigint / amount)))
      FROM former WHERE organization_id = $1 AND id = $2 RETURNING p.due_back - former.due_back AS credits)
  SELECT credits FROM due`;

/** $3 how many credits were taken back now */
export const TAKEN_BACK = `
  WITH taken AS (
    UPDATE credit_purchases SET taken_back = taken_back + $3::bigint WHERE organization_id = $1 AND id = $2 RETURNING 1)
  SELECT 1 FROM taken`;
