import { Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { Audit } from '../audit/audit.service.js';
import { defineAuditAction } from '../audit/define-audit-action.js';
import type { Tx } from '../database/transactions.js';
import { LastOwner } from '../identity/identity.errors.js';
import { type Person, personOf } from './person.js';
import { PersonalData } from './personal-data.js';
import { ERASED_NAME, erasedEmail } from './personal-table.js';

export const userErased = defineAuditAction('user.erased');

// Nobody joins one of them meanwhile: that would need a look at its row, for the foreign key.
const LOCK = `
  SELECT o.id FROM users u LEFT JOIN memberships m ON m.user_id = u.id LEFT JOIN organizations o ON o.id = m.organization_id
   WHERE u.id = $1 ORDER BY o.id FOR UPDATE OF u`;
const LOCK_ORGANIZATIONS = 'SELECT id FROM organizations WHERE id = ANY ($1) ORDER BY id FOR UPDATE';

const LEFT_ALONE = `
  SELECT o.id, o.name FROM memberships mine JOIN organizations o ON o.id = mine.organization_id
   WHERE mine.user_id = $1 AND mine.role = 'owner'
     AND EXISTS (SELECT FROM memberships m WHERE m.organization_id = o.id AND m.user_id <> $1)
     AND NOT EXISTS (SELECT FROM memberships m WHERE m.organization_id = o.id AND m.user_id <> $1 AND m.role = 'owner')
   ORDER BY o.id`;

const CLOSE = `UPDATE organizations SET name = 'Deleted organization', closed_at = coalesce(closed_at, now()) WHERE id = ANY ($1)`;
/** A personal organization is called after its person, also when others have joined. */
const RENAME = 'UPDATE organizations SET name = $3 WHERE id = ANY ($1) AND name = $2';
const BURY = `
  UPDATE users SET email = $2, name = $3, administrator = false, email_verified_at = NULL, suspended_at = NULL,
                   erased_at = now(), updated_at = now()
   WHERE id = $1`;

/** Forgets people. Of whom the books speak, an id without a name or an address stays. */
@Injectable()
export class Erasure {
  constructor(
    private readonly personalData: PersonalData,
    private readonly audit: Audit,
  ) {}

  /**
   * Erases the actor, everywhere, together with the organizations that nobody else belongs to.
   * @throws {LastOwner} if others would be left in an organization without an owner
   * @throws {NotFound} if they are erased already
   */
  async erase(tx: Tx, actor: Actor): Promise<void> {
    const person = await this.hold(tx, actor.userId);
    // First, because it notes the address of the request, which is to go too.
    await this.audit.record(tx, actor, userErased, { type: 'user', id: person.id });
    await this.personalData.forget(tx, person);
    await this.bury(tx, person);
  }

  private async hold(tx: Tx, userId: string): Promise<Person> {
    const locked = await tx.query<{ id: string | null }[]>(LOCK, [userId]);
    await tx.query(LOCK_ORGANIZATIONS, [locked.flatMap(({ id }) => id ?? [])]);
    const person = await personOf(tx, userId);
    const alone = await tx.query<{ id: string; name: string }[]>(LEFT_ALONE, [userId]);
    if (alone.length > 0) throw new LastOwner(alone);
    return person;
  }

  private async bury(tx: Tx, { id, name, organizationIds, closingIds }: Person): Promise<void> {
    await tx.query(CLOSE, [closingIds]);
    await tx.query(RENAME, [organizationIds, name, ERASED_NAME]);
    await tx.query(BURY, [id, erasedEmail(id), ERASED_NAME]);
  }
}
