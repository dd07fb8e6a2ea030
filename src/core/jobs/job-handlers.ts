import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { JobKind } from './define-job.js';
import type { Handler } from './handler-marks.js';
import { type Handles, jobHandlers } from './job-handler.decorator.js';

export type JobProvider = Handler<JobKind<object>, Handles<object>>;

/** Who does which kind of background work: every provider of every module that says so. */
@Injectable()
export class JobHandlers {
  private readonly registered: JobProvider[] = [];
  private found?: ReadonlyMap<string, JobProvider>;

  constructor(private readonly discovery: DiscoveryService) {}

  /** For rooms whose work is done by providers of others. In `onModuleInit`: then the queues are opened. */
  register<P extends object>(kind: JobKind<P>, provider: Handles<P>): void {
    if (this.found) throw new Error(`${kind.name} is registered too late: do it in onModuleInit.`);
    this.registered.push({ kind, provider: provider });
  }

  all(): JobProvider[] {
    return [...this.byName().values()];
  }

  /** @throws for a kind that nobody here does: its module is not imported */
  demand({ name }: JobKind<object>): void {
    if (!this.byName().has(name)) throw new Error(`No provider has @JobHandler for ${name}: import its module.`);
  }

  private byName(): ReadonlyMap<string, JobProvider> {
    this.found ??= new Map([
      ...jobHandlers.find(this.discovery),
      ...this.registered.map((one) => [one.kind.name, one] as const),
    ]);
    return this.found;
  }
}
