import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type Tx, Transactions } from '../database/transactions.js';
import { outlivingRequest, currentRequest } from '../http/request-context.js';
import type { AuditAction } from './define-audit-action.js';

/** Who does it, the actor as a rule, and in whose log that stands. */
export interface Doer {
  /** Null where nobody's organization is concerned: then none reads of it */
  readonly organizationId: string | null;
  /** Null for what has not been proven of anybody, and for what the system does by itself */
  readonly userId: string | null;
}

/** What it is done to. */
export interface AuditTarget {
  /** What of ours it is, such as `session`: never a text of somebody's */
  readonly type: string;
  readonly id?: string;
}

// In one statement: it is part of transactions that many wait for.
const RECORD = `
  WITH entry AS (
    INSERT INTO audit_log (id, organization_id, actor_id, action, target_type, target_id, request_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id)
  INSERT INTO audit_addresses (entry_id, user_id, address)
  SELECT id, $3, $8::inet FROM entry WHERE $8::inet IS NOT NULL`;

/** The book of who did what, which nothing takes back. It names whom and what it concerns by their ids only. */
@Injectable()
export class Audit {
  constructor(private readonly transactions: Transactions) {}

  /** Writes down what happened, in the transaction that makes it so, with the id and the address of the request. */
  async record(tx: Tx, { organizationId, userId }: Doer, action: AuditAction, target?: AuditTarget): Promise<void> {
    const request = currentRequest();
    const circumstances = [request?.requestId, request?.address];
    await tx.query(RECORD, [uuidv7(), organizationId, userId, action.name, target?.type, target?.id, ...circumstances]);
  }

  /** Writes down what is no change, or fails: by itself, and also if the client does not wait for it. */
  async recordAlone(doer: Doer, action: AuditAction, target?: AuditTarget): Promise<void> {
    await outlivingRequest(() => this.transactions.run((tx) => this.record(tx, doer, action, target)));
  }

  /** Forgets from where somebody did things. What they did stays. */
  async forgetAddresses(tx: Tx, userId: string): Promise<void> {
    await tx.query('DELETE FROM audit_addresses WHERE user_id = $1', [userId]);
  }
}
