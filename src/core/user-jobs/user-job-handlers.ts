import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Handler } from '../jobs/handler-marks.js';
import type { UserJobKind } from './define-user-job.js';
import { type HandlesUserJob, userJobHandlers } from './user-job-handler.decorator.js';

type UserJobProvider = Handler<UserJobKind<object, object>, HandlesUserJob<object, object>>;

/** Who does which kind of job. */
@Injectable()
export class UserJobHandlers {
  private found?: ReadonlyMap<string, UserJobProvider>;

  constructor(private readonly discovery: DiscoveryService) {}

  /** The kinds that this process can do */
  get kinds(): string[] {
    return [...this.byName().keys()];
  }

  /** @throws for a kind that nobody here does: its module is not imported */
  of(kind: string): UserJobProvider {
    const handler = this.byName().get(kind);
    if (handler === undefined) throw new Error(`No provider has @UserJobHandler for ${kind}: import its module.`);
    return handler;
  }

  private byName(): ReadonlyMap<string, UserJobProvider> {
    this.found ??= userJobHandlers.find(this.discovery);
    return this.found;
  }
}
