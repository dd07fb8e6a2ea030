import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Actor } from './actor.js';

/** What credentials come with: a request, or the handshake of a socket. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders;
}

/** Who it is. */
export interface Proof {
  readonly actor: Actor;
  /** When the credentials expire, on the clock of `Date.now()`; undefined if they hold until somebody takes them back */
  readonly expiresAt?: number;
}

/** Proves who calls. @returns undefined if there are none of its credentials */
export type Authenticator = (credentials: Credentials) => Promise<Proof | undefined>;

/** The port through which a feature says how callers prove who they are. Without one, nobody is anybody. */
@Injectable()
export class Authenticators {
  private readonly registered: Authenticator[] = [];

  register(authenticator: Authenticator): void {
    this.registered.push(authenticator);
  }

  async identify(credentials: Credentials): Promise<Proof | undefined> {
    for (const authenticate of this.registered) {
      const proof = await authenticate(credentials);
      if (proof !== undefined) return proof;
    }
    return undefined;
  }
}
