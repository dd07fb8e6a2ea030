import type { EntityManager } from 'typeorm';
import { ACCOUNTS_AFTER, DIFFERENCES } from './credit-reconciliation-statements.js';

const AT_ONCE = 500;
const FIRST = '00000000-0000-0000-0000-000000000000';

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
  let [accounts, last] = [0, FIRST];
  for (let found = AT_ONCE; found === AT_ONCE && !signal?.aborted; accounts += found) {
    const ids = await manager.query<{ id: string }[]>(ACCOUNTS_AFTER, [last, AT_ONCE]);
    const organizationIds = ids.map(({ id }) => id);
    differences.push(...(await manager.query<CreditDifference[]>(DIFFERENCES, [organizationIds])));
    found = ids.length;
    last = organizationIds.at(-1) ?? last;
  }
  return { accounts, differences };
}
