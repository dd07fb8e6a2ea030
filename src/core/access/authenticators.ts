import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from './actor.js';

/** Proves who makes a request. @returns undefined if the request carries none of its credentials. */
export type Authenticator = (request: FastifyRequest) => Promise<Actor | undefined>;

/** The port through which a feature says how callers prove who they are. Without one, nobody is anybody. */
@Injectable()
export class Authenticators {
  private readonly registered: Authenticator[] = [];

  register(authenticator: Authenticator): void {
    this.registered.push(authenticator);
  }

  async identify(request: FastifyRequest): Promise<Actor | undefined> {
    for (const authenticate of this.registered) {
      const actor = await authenticate(request);
      if (actor !== undefined) return actor;
    }
    return undefined;
  }
}
