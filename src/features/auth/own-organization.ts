import type { Actor } from '../../core/access/actor.js';
import type { Tx } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Membership } from '../../core/identity/membership.entity.js';

const HOLD = 'SELECT true FROM organizations WHERE id = $1 AND closed_at IS NULL FOR NO KEY UPDATE';
const SHARE = 'SELECT true FROM organizations WHERE id = $1 AND closed_at IS NULL FOR SHARE';

/**
 * Which organization a request is about is the actor's to say, and its path only repeats it.
 * @throws {NotFound} for every other one, also those that the actor belongs to and has not switched to
 */
export function demandOwn({ organizationId }: Actor, id: string): void {
  if (id.toLowerCase() !== organizationId) throw new NotFound('The organization');
}

/**
 * Lets those who change an organization or its members come one after the other, until the transaction ends.
 * @returns what the actor is there now, whatever they were when the request came in
 * @throws {NotFound} as above, and once it is closed
 */
export const holdOwn = (tx: Tx, actor: Actor, id: string): Promise<Membership> => lock(tx, actor, id, HOLD);

/** The same for those who need not wait for each other, but for whoever holds it. @throws {NotFound} as above */
export const shareOwn = (tx: Tx, actor: Actor, id: string): Promise<Membership> => lock(tx, actor, id, SHARE);

async function lock(tx: Tx, actor: Actor, id: string, statement: string): Promise<Membership> {
  demandOwn(actor, id);
  const [held] = await tx.query<object[]>(statement, [id]);
  // A statement of its own: one that had to wait would still see what was before.
  const where = { organizationId: id, userId: actor.userId };
  const mine = held && (await tx.findOne(Membership, { where, relations: { organization: true } }));
  if (!mine) throw new NotFound('The organization');
  return mine;
}
