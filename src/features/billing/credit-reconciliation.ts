import type { EntityManager } from 'typeorm';
import { inPages } from '../../core/database/in-pages.js';
import { ACCOUNTS_AFTER, DIFFERENCES } from './credit-reconciliation-statements.js';

const AT_ONCE = 500;

/** An account that is not what its entries and reservations say. All in credits, as text. */
export interface CreditDifference {
  readonly organizationId: string;
  readonly balance: string;
  readonly entered: string;
  readonly reserved: string;
  readonly reservedEntered: string;
  readonly held: string;
  readonly entries: string;
  readonly counted: string;
  /** Entries whose `balance_after` is not that of the one before, and their amount */
  readonly broken: string;
}

export interface CreditReconciliation {
  readonly accounts: number;
  readonly differences: readonly CreditDifference[];
}

/**
 * Proves of every account that its balance is the sum of its entries, and what it has reserved that of its held
 * reservations. Some accounts a statement: each is seen at one moment, while others go on moving credits.
 */
export async function reconcileCredits(manager: EntityManager, signal?: AbortSignal): Promise<CreditReconciliation> {
  const differences: CreditDifference[] = [];
  let accounts = 0;
  for await (const page of inPages(manager, ACCOUNTS_AFTER, AT_ONCE)) {
    differences.push(...(await manager.query<CreditDifference[]>(DIFFERENCES, [page.map(({ id }) => id)])));
    accounts += page.length;
    if (signal?.aborted) break;
  }
  return { accounts, differences };
}
