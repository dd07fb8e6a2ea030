import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import type { Tx } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Events } from '../../core/events/events.service.js';
import { Idempotency } from '../../core/idempotency/idempotency.service.js';
import { Organization } from '../../core/identity/organization.entity.js';
import { scope } from '../../core/tenancy/scope.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { CreditLedger } from './credit-ledger.js';
import { CreditNote } from './credit-note.entity.js';
import { ADD } from './credit-statements.js';
import type { CreditEntryView, GrantCredits } from './credit.dto.js';
import { creditsWereGranted } from './credits.audit.js';
import { creditsGranted } from './credits.events.js';

/** Credits that an administrator gives. */
@Injectable()
export class CreditGrants {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly ledger: CreditLedger,
    private readonly events: Events,
    private readonly audit: Audit,
  ) {}

  /** @throws {NotFound} also if the organization is closed */
  grant(actor: Actor, id: string, request: GrantCredits, key: string): Promise<CreditEntryView> {
    const asked = { actor, operation: 'credits.grant', key, request: { id, ...request } };
    return this.idempotency.once(asked, async (tx) => {
      const organization = await tx.findOneBy(Organization, { id, closedAt: IsNull() });
      if (organization === null) throw new NotFound('The organization');
      const tenant = { organizationId: organization.id };
      const entry = await this.add(tx, tenant, request);
      await this.events.publish(tx, tenant, creditsGranted, entry);
      await this.audit.record(tx, { ...actor, ...tenant }, creditsWereGranted, {
        type: 'organization',
        id: organization.id,
      });
      return entry;
    });
  }

  private async add(tx: Tx, tenant: OfTenant, { amount, reason }: GrantCredits): Promise<CreditEntryView> {
    const { number } = await this.ledger.move(tx, tenant, ADD, `grant:${uuidv7()}`, amount, 'grant');
    // Its reference is new.
    if (number === undefined) throw new Error('A grant of credits was not written down.');
    await scope(tx, tenant).of(CreditNote).insert({ number, text: reason });
    return this.ledger.entry(tx, tenant, number, reason);
  }
}
