import type { Tx } from './transactions.js';

const followers = new WeakMap<Tx, (() => unknown)[]>();

/**
 * Does something as soon as the transaction is committed, and never if it is not: tell others, wake somebody up. It is
 * lost with the process, so it may only make faster what somebody finds out anyway. What it throws is logged.
 */
export function afterCommit(tx: Tx, follow: () => unknown): void {
  const known = followers.get(tx);
  if (known) known.push(follow);
  else followers.set(tx, [follow]);
}

/** @returns what to do after the commit of `tx`, in the order of asking */
export function afterCommitOf(tx: Tx): readonly (() => unknown)[] {
  return followers.get(tx) ?? [];
}
