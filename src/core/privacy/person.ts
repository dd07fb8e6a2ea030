import type { Tx } from '../database/transactions.js';
import { NotFound } from '../errors/core.errors.js';

/** Whom it is about, with all that they may be found by. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** The organizations that they belong to */
  readonly organizationIds: readonly string[];
  /** Those of them that nobody else belongs to: they end with the person */
  readonly closingIds: readonly string[];
}

const PERSON = `
  SELECT u.id, u.email, u.name,
         ARRAY(SELECT organization_id FROM memberships WHERE user_id = u.id) AS "organizationIds",
         ARRAY(SELECT mine.organization_id FROM memberships mine
                WHERE mine.user_id = u.id AND NOT EXISTS (
                  SELECT FROM memberships other
                   WHERE other.organization_id = mine.organization_id AND other.user_id <> u.id)) AS "closingIds"
    FROM users u WHERE u.id = $1 AND u.erased_at IS NULL`;

/** @throws {NotFound} also if they have been erased */
export async function personOf(tx: Tx, userId: string): Promise<Person> {
  const [person] = await tx.query<Person[]>(PERSON, [userId]);
  if (person === undefined) throw new NotFound('The user');
  return person;
}
