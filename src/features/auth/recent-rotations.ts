const REMEMBERED_MS = 10_000;

/** A request to refresh, on the clock of `performance.now()`. */
export interface Arrival {
  readonly arrivedAt: number;
}

/**
 * Which refresh tokens this process has just exchanged, and when it answered. The database knows when a token was
 * used, but not when the answer went out: a twin that came in between must not be taken for a thief.
 */
export class RecentRotations {
  private readonly rotations = new Map<string, { readonly by: Arrival; answeredAt: number }>();

  /** This request exchanges the token; it is not answered yet. */
  started(hash: string, by: Arrival): void {
    this.rotations.delete(hash);
    this.rotations.set(hash, { by, answeredAt: Infinity });
  }

  /** This request is over, well or not; says nothing if it was not the one that exchanged the token. */
  ended(hash: string, by: Arrival): void {
    const rotation = this.rotations.get(hash);
    if (rotation?.by !== by) return;
    rotation.answeredAt = performance.now();
    this.forgetOld(rotation.answeredAt);
  }

  /** Whether this request was sent before the answer to another could be known. */
  overtook(hash: string, request: Arrival): boolean {
    const rotation = this.rotations.get(hash);
    return rotation !== undefined && rotation.by !== request && request.arrivedAt <= rotation.answeredAt;
  }

  /** They stand in the order of their start, so the first one that is young ends the search. */
  private forgetOld(now: number): void {
    for (const [hash, { answeredAt }] of this.rotations) {
      if (answeredAt > now - REMEMBERED_MS) return;
      this.rotations.delete(hash);
    }
  }
}
