/**
 * What features register by kind while modules are made (`onModuleInit`). Then it is closed, so that who asks later
 * always finds the same.
 */
export class Registry<T> {
  private readonly entries = new Map<string, T>();
  private closed = false;

  /** @param what one of its entries is called: `payable` */
  constructor(private readonly what: string) {}

  /** @throws at the start, for a kind that is there already; later for any */
  register(kind: string, entry: T): void {
    if (this.closed) throw new Error(`The ${this.what} "${kind}" comes too late: register it in onModuleInit.`);
    if (this.entries.has(kind)) throw new Error(`The ${this.what} "${kind}" is registered twice.`);
    this.entries.set(kind, entry);
  }

  close(): void {
    this.closed = true;
  }

  find(kind: string): T | undefined {
    return this.entries.get(kind);
  }

  get kinds(): string[] {
    return [...this.entries.keys()];
  }
}

/** What one feature offers to all others, if it is there. */
export class Offer<T> {
  private offered?: T;

  /** @param what it is called: `meter` */
  constructor(private readonly what: string) {}

  /** @throws at the start, if another feature offers it already */
  provide(offered: T): void {
    if (this.offered !== undefined) throw new Error(`The ${this.what} is provided twice.`);
    this.offered = offered;
  }

  get current(): T | undefined {
    return this.offered;
  }
}
