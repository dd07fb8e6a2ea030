const WINDOW_MS = 60_000;
const MOST_OF_A_KIND = 10;
const MOST = 100;

/** Lets a few of each kind through in a minute, and not many in all: what is lost for an hour is one piece of news. */
export class ReportRate {
  private readonly admitted = new Map<string, number>();
  private total = 0;
  private begun = -Infinity;

  admits(kind: string): boolean {
    this.beginAnew();
    const before = this.admitted.get(kind) ?? 0;
    if (before >= MOST_OF_A_KIND || this.total >= MOST) return false;
    this.admitted.set(kind, before + 1);
    this.total++;
    return true;
  }

  private beginAnew(): void {
    const now = performance.now();
    if (now - this.begun < WINDOW_MS) return;
    this.begun = now;
    this.admitted.clear();
    this.total = 0;
  }
}
