import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { JobKind } from './define-job.js';
import { type Handles, kindHandledBy } from './job-handler.decorator.js';

/** A kind of work and the provider that does it. */
export interface Handler {
  readonly kind: JobKind<object>;
  readonly provider: Handles<object>;
}

/** Who does which kind of work: every provider of every module that says so. */
@Injectable()
export class JobHandlers {
  private found?: ReadonlyMap<string, Handler>;

  constructor(private readonly discovery: DiscoveryService) {}

  all(): Handler[] {
    return [...this.byName().values()];
  }

  /** @throws for a kind that nobody here does: its module is not imported */
  demand({ name }: JobKind<object>): void {
    if (!this.byName().has(name)) throw new Error(`No provider has @JobHandler for ${name}: import its module.`);
  }

  private byName(): ReadonlyMap<string, Handler> {
    this.found ??= this.find();
    return this.found;
  }

  private find(): Map<string, Handler> {
    const handlers = new Map<string, Handler>();
    for (const { metatype, instance } of this.discovery.getProviders()) {
      const kind = metatype ? kindHandledBy(metatype) : undefined;
      if (kind === undefined) continue;
      const known = handlers.get(kind.name);
      if (known && known.provider !== instance) throw new Error(`Two providers have @JobHandler for ${kind.name}.`);
      handlers.set(kind.name, { kind, provider: instance as Handles<object> });
    }
    return handlers;
  }
}
