import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SessionEnded } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { Authenticators } from '../../core/access/authenticators.js';
import { AccessTokens } from './access-tokens.js';
import { Revocations } from './revocations.js';

const BEARER = /^Bearer +([\w.~+/=-]{1,4000})$/i;

/** `Authorization: Bearer …` with an access token of ours. */
@Injectable()
export class BearerAuthenticator implements OnModuleInit {
  constructor(
    private readonly authenticators: Authenticators,
    private readonly tokens: AccessTokens,
    private readonly revocations: Revocations,
  ) {}

  onModuleInit(): void {
    this.authenticators.register((request) => this.authenticate(request));
  }

  private async authenticate({ headers }: FastifyRequest): Promise<Actor | undefined> {
    const [, token] = BEARER.exec(headers.authorization ?? '') ?? [];
    if (token === undefined) return undefined;
    const actor = await this.tokens.verify(token);
    if (await this.revocations.hasEnded(actor.sessionId)) throw new SessionEnded();
    return actor;
  }
}
