import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';

/** What is closed in which order: first what brings work in, last what the work needs. */
const PHASES = ['http', 'sockets', 'workers', 'schedulers', 'clients', 'database', 'telemetry'] as const;
export type Phase = (typeof PHASES)[number];

interface Resource {
  readonly phase: Phase;
  readonly name: string;
  readonly close: () => Promise<unknown> | void;
}

/** The port through which each room says what it holds open, and when it may be closed. */
@Injectable()
export class Shutdown implements BeforeApplicationShutdown {
  private readonly resources: Resource[] = [];
  private closing?: Promise<void>;
  private leaving = false;

  constructor(private readonly logger: PinoLogger) {
    logger.setContext(Shutdown.name);
  }

  /** Whether this process is about to end: it still answers, and asks to be asked no more. */
  get draining(): boolean {
    return this.leaving;
  }

  drain(): void {
    this.leaving = true;
  }

  /** Resources of one phase are closed one after the other, in the order of their registration. */
  register(phase: Phase, name: string, close: Resource['close']): void {
    this.resources.push({ phase, name, close });
  }

  /** Closes everything, once. @throws {AggregateError} after all the others, if something could not be closed */
  close(): Promise<void> {
    this.drain();
    this.closing ??= this.closeInOrder();
    return this.closing;
  }

  /** Nest's own hooks come without an order between modules, and one of them before the last request is answered. */
  beforeApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async closeInOrder(): Promise<void> {
    const failures: unknown[] = [];
    for (const phase of PHASES) {
      for (const resource of this.resources.filter((one) => one.phase === phase)) {
        await this.closeOne(resource).catch((thrown: unknown) => failures.push(thrown));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be closed.');
  }

  private async closeOne({ phase, name, close }: Resource): Promise<void> {
    const started = performance.now();
    await close();
    this.logger.info({ phase, resource: name, durationMs: Math.round(performance.now() - started) }, 'closed');
  }
}
