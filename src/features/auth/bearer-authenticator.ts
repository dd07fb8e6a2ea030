import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../core/access/actor.js';
import { Authenticators } from '../../core/access/authenticators.js';
import { AccessTokens } from './access-tokens.js';

const BEARER = /^Bearer +([\w.~+/=-]{1,4000})$/i;

/** `Authorization: Bearer …` with an access token of ours. */
@Injectable()
export class BearerAuthenticator implements OnModuleInit {
  constructor(
    private readonly authenticators: Authenticators,
    private readonly tokens: AccessTokens,
  ) {}

  onModuleInit(): void {
    this.authenticators.register((request) => this.authenticate(request));
  }

  private async authenticate({ headers }: FastifyRequest): Promise<Actor | undefined> {
    const [, token] = BEARER.exec(headers.authorization ?? '') ?? [];
    return token === undefined ? undefined : this.tokens.verify(token);
  }
}
