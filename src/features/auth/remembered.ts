/** What is known of ids for a while, after which nobody asks any more. */
export class Remembered<T> {
  /** In the order in which they were set */
  private readonly known = new Map<string, { readonly value: T; readonly until: number }>();

  constructor(private readonly seconds: number) {}

  has(id: string): boolean {
    return this.known.has(id);
  }

  get(id: string): T | undefined {
    return this.known.get(id)?.value;
  }

  set(id: string, value: T): void {
    this.known.delete(id);
    this.known.set(id, { value, until: performance.now() + this.seconds * 1_000 });
  }

  /** They stand in order, so the first that still counts ends the search. */
  forgetExpired(): void {
    const now = performance.now();
    for (const [id, { until }] of this.known) {
      if (until > now) return;
      this.known.delete(id);
    }
  }
}
