import { TooLate, within } from '../../core/database/within.js';

/** How long it may go unnoticed what another instance has written, or whose time has come. */
const LOOK_EVERY_MS = 1_000;

interface Work<T> {
  /** Takes some, at most so many */
  readonly take: (most: number) => Promise<T[]>;
  /** Never rejects */
  readonly do: (one: T) => Promise<void>;
}

/** Does what there is to do, so much at the same time. */
export class Line<T> {
  private awake = Promise.withResolvers<void>();
  private stopping = false;
  private busy = 0;

  constructor(
    private readonly size: number,
    private readonly work: Work<T>,
  ) {}

  /** Looks for work now. */
  wake(): void {
    this.awake.resolve();
  }

  /** Takes no more. */
  stop(): void {
    this.stopping = true;
    this.wake();
  }

  /** Resolves after `stop`. */
  async run(): Promise<void> {
    while (!this.stopping) {
      this.awake = Promise.withResolvers();
      const free = this.size - this.busy;
      const taken = free > 0 ? await this.work.take(free) : [];
      for (const one of taken) void this.begin(one);
      // A full haul promises more.
      if (free === 0 || taken.length < free) await within(LOOK_EVERY_MS, this.awake.promise).catch(isTime);
    }
  }

  private async begin(one: T): Promise<void> {
    this.busy++;
    await this.work.do(one);
    this.busy--;
    this.wake();
  }
}

function isTime(thrown: unknown): void {
  if (!(thrown instanceof TooLate)) throw thrown;
}
