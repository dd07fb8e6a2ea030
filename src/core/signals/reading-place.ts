const MOST_HOLES = 10_000;
/** Longer than any statement that writes signals may run. */
const PATIENCE_MS = 5_000;

/**
 * How far a table has been read whose ids are given out before their rows can be seen: an id that is missing below
 * others may still come.
 */
export class ReadingPlace {
  private readonly holes = new Map<number, number>();

  /** @param last everything up to this id is old */
  constructor(public last: number) {}

  /** Ids that were passed over. */
  get missing(): number[] {
    return [...this.holes.keys()];
  }

  /** @param ids in their order. @returns whether it is known of each id before them what became of it */
  passOver(ids: readonly number[]): boolean {
    const now = performance.now();
    for (const [id, seenAt] of this.holes) if (now - seenAt > PATIENCE_MS) this.holes.delete(id);
    return ids.map((id) => this.pass(id, now)).every(Boolean);
  }

  private pass(id: number, now: number): boolean {
    this.holes.delete(id);
    const isKnowable = id - this.last + this.holes.size <= MOST_HOLES;
    if (isKnowable) for (let hole = this.last + 1; hole < id; hole++) this.holes.set(hole, now);
    this.last = Math.max(this.last, id);
    return isKnowable;
  }
}
