import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Authenticators, type Credentials, type Proof } from '../../core/access/authenticators.js';
import { AccessTokens } from './access-tokens.js';
import { API_KEY_HEADER } from './api-key-text.js';
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
    this.authenticators.register((credentials) => this.authenticate(credentials));
  }

  private async authenticate({ headers }: Credentials): Promise<Proof | undefined> {
    // Of the two the key counts, which may do less.
    if (headers[API_KEY_HEADER] !== undefined) return undefined;
    const [, token] = BEARER.exec(headers.authorization ?? '') ?? [];
    if (token === undefined) return undefined;
    const proof = await this.tokens.verify(token);
    return { actor: await this.revocations.current(proof.actor, proof.accessVersion), expiresAt: proof.expiresAt };
  }
}
