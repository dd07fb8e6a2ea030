import { Injectable } from '@nestjs/common';

export interface HealthCheck {
  /** A critical check that fails makes the process unready; any other only degraded, since every replica shares it. */
  readonly critical: boolean;
  /** Whether what is checked is in use here; if not, it is `disabled` and never asked. */
  readonly enabled?: boolean;
  /** Resolves when well, rejects when not; `degraded` is what does its work worse than it should. */
  readonly probe: (signal: AbortSignal) => Promise<'degraded' | void>;
}

/** The port through which each room says how to tell whether it is well. */
@Injectable()
export class HealthChecks {
  private readonly checks = new Map<string, HealthCheck>();

  register(name: string, check: HealthCheck): void {
    if (this.checks.has(name)) throw new Error(`Health check "${name}" is registered twice.`);
    this.checks.set(name, check);
  }

  all(): [string, HealthCheck][] {
    return [...this.checks];
  }
}
