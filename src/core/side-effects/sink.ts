import type { Counter } from 'prom-client';
import type { PinoLogger } from 'nestjs-pino';

const ALERT_AFTER = 3;

/** @param signal fires when nobody waits for the work any more */
export type Work<T = unknown> = (signal: AbortSignal) => Promise<T>;

/** Where side effects of one kind go. It keeps account of how they end. */
export class Sink {
  private failuresInARow = 0;

  constructor(
    readonly name: string,
    readonly enabled: boolean,
    private readonly failures: Counter<'sink'>,
    private readonly logger: PinoLogger,
    private readonly begin: (sink: Sink, work: Work) => void,
  ) {
    failures.inc({ sink: name }, 0);
  }

  /** The last three side effects failed, and none has succeeded since. */
  get degraded(): boolean {
    return this.failuresInARow >= ALERT_AFTER;
  }

  /**
   * Begins something that may fail: nobody waits for it, nobody hears of its failure but the operator. It goes on when
   * its request ends, for 30 seconds at most. Of a sink that is not enabled it is not even begun.
   */
  attempt(work: Work): void {
    if (this.enabled) this.begin(this, work);
  }

  /** Does something whose failure counts as one of this sink, and is the caller's to deal with: a job tries again. */
  async observe<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.succeeded();
      return result;
    } catch (thrown) {
      this.failed(thrown);
      throw thrown;
    }
  }

  private succeeded(): void {
    if (this.degraded) this.logger.info({ sink: this.name }, 'side effects succeed again');
    this.failuresInARow = 0;
  }

  private failed(err: unknown): void {
    this.failures.inc({ sink: this.name });
    this.failuresInARow++;
    this.logger.warn({ err, sink: this.name }, 'side effect failed');
    // One line, however long it lasts: the next one comes after a success.
    if (this.failuresInARow !== ALERT_AFTER) return;
    this.logger.error({ alert: true, sink: this.name, failures: ALERT_AFTER }, 'side effects fail again and again');
  }
}
