import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ApiKeyInvalid, SessionEnded, TokenExpired } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { Authenticators, type Credentials, type Proof } from '../../core/access/authenticators.js';
import { type Cache, noTenantYet } from '../../core/cache/cache.js';
import { Caches } from '../../core/cache/caches.js';
import { ApiKeyLookup, type ProvenKey } from './api-key-lookup.js';
import { API_KEY_HEADER, isApiKey } from './api-key-text.js';
import { ApiKeyUses } from './api-key-uses.js';
import { Revocations } from './revocations.js';

/** Shorter than the shortest overlap of a rotation, since nobody tells the instances that a key expires sooner. */
const REMEMBERED_SECONDS = 30;
const MOST_REMEMBERED = 10_000;

/** `X-API-Key: …` with a key of ours. Beside a bearer token it is the key that counts, which may do less. */
@Injectable()
export class ApiKeyAuthenticator implements OnModuleInit {
  private readonly proven: Cache<ProvenKey | undefined>;

  constructor(
    private readonly authenticators: Authenticators,
    private readonly lookup: ApiKeyLookup,
    private readonly revocations: Revocations,
    private readonly uses: ApiKeyUses,
    caches: Caches,
  ) {
    this.proven = caches.define('api-keys', { ttlSeconds: REMEMBERED_SECONDS, max: MOST_REMEMBERED });
  }

  onModuleInit(): void {
    this.authenticators.register((credentials) => this.authenticate(credentials));
  }

  /** @throws {ApiKeyInvalid} */
  private async authenticate({ headers }: Credentials): Promise<Proof | undefined> {
    const key = headers[API_KEY_HEADER];
    if (key === undefined) return undefined;
    if (typeof key !== 'string' || !isApiKey(key)) throw new ApiKeyInvalid();
    const proven = await this.proven.get(noTenantYet, key, () => this.lookup.find(key));
    if (proven === undefined || (proven.expiresAt ?? Infinity) <= Date.now()) throw new ApiKeyInvalid();
    const actor = await this.current(proven);
    this.uses.note(actor.sessionId, proven.hash);
    return { actor, expiresAt: proven.expiresAt };
  }

  /** Who asks with a key cannot refresh anything: why it does not hold is one answer. */
  private async current({ actor, accessVersion }: ProvenKey): Promise<Actor> {
    return this.revocations.current(actor, accessVersion).catch((thrown: unknown) => {
      throw thrown instanceof SessionEnded || thrown instanceof TokenExpired ? new ApiKeyInvalid() : thrown;
    });
  }
}
