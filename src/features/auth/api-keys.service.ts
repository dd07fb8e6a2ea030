import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type FindOperator, IsNull, Raw } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { type Actor, hasRole } from '../../core/access/actor.js';
import { KnownScopes } from '../../core/access/known-scopes.js';
import { Audit } from '../../core/audit/audit.service.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { outlivingRequest } from '../../core/http/request-context.js';
import type { PageQuery } from '../../core/pagination/page.dto.js';
import { Pages } from '../../core/pagination/pages.js';
import { scope } from '../../core/tenancy/scope.js';
import { ApiKeyHasher } from './api-key-hasher.js';
import { newApiKey, prefixOf } from './api-key-text.js';
import { type ApiKeyPage, type CreateApiKey, type NewApiKey, toApiKeyView } from './api-key.dto.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyReplaced, expiresInThePast, TooManyApiKeys, UnknownScope } from './api-key.errors.js';
import { apiKeysConfig, type ApiKeysConfig } from './api-keys.config.js';
import { apiKeyCreated, apiKeyRevoked, apiKeyRotated } from './auth.audit.js';
import { Revocations } from './revocations.js';

const MOST_KEYS = 50;
const MINUTE_MS = 60_000;

/** What a key is for, and until when. */
type Purpose = Pick<ApiKey, 'name' | 'scopes' | 'expiresAt'>;

const LIVE = {
  revokedAt: IsNull(),
  expiresAt: Raw((column) => `(${column} IS NULL OR ${column} > now())`) as FindOperator<Date>,
};

/** Keys by which programs act for a member, within the scopes of the key and the role of the member. */
@Injectable()
export class ApiKeysService {
  constructor(
    @Inject(apiKeysConfig.KEY) private readonly config: ApiKeysConfig,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly pages: Pages,
    private readonly hasher: ApiKeyHasher,
    private readonly known: KnownScopes,
    private readonly revocations: Revocations,
    private readonly audit: Audit,
  ) {}

  /** Those of the whole organization for who looks after it, their own for everybody else. */
  async list(actor: Actor, request: PageQuery): Promise<ApiKeyPage> {
    const keys = scope(this.dataSource.manager, actor).of(ApiKey).select('key').where('key.revokedAt IS NULL');
    const shown = looksAfterAll(actor) ? keys : keys.andWhere('key.userId = :userId', { userId: actor.userId });
    const { data, page } = await this.pages.read('api-keys', { desc: ['id'] }, shown, request);
    return { data: data.map(toApiKeyView), page };
  }

  /** @throws {UnknownScope | TooManyApiKeys} */
  create(actor: Actor, { name, scopes, expiresAt }: CreateApiKey): Promise<NewApiKey> {
    const unknown = scopes.filter((one) => !this.known.all().includes(one));
    if (unknown.length > 0) throw new UnknownScope(unknown, this.known.all());
    const end = expiresAt === undefined ? null : new Date(expiresAt);
    // A leap second is a time in RFC 3339, and none here.
    if (end !== null && !(end.getTime() > Date.now())) throw expiresInThePast();
    return this.transactions.run(async (tx) => {
      await this.demandRoom(tx, actor);
      const created = await this.insert(tx, actor, { name, scopes: [...new Set(scopes)].sort(), expiresAt: end });
      await this.audit.record(tx, actor, apiKeyCreated, { type: 'api-key', id: created.id });
      return created;
    });
  }

  /**
   * Puts another key in the place of one's own, which goes on for a while, but not longer than it would have. Of two who
   * do so at once, one does.
   * @throws {NotFound | ApiKeyReplaced}
   */
  async rotate(actor: Actor, id: string, overlapMinutes: number): Promise<NewApiKey> {
    const created = await this.transactions.run(async (tx) => {
      const replaced = await this.replace(tx, actor, id, overlapMinutes);
      const created = await this.insert(tx, actor, replaced);
      await this.audit.record(tx, actor, apiKeyRotated, { type: 'api-key', id: created.id });
      return created;
    });
    if (overlapMinutes === 0) await this.revocations.announce(id);
    return created;
  }

  /** Ends a key on every instance, for good, and also if the client that asked for it does not wait. @throws {NotFound} */
  async revoke(actor: Actor, id: string): Promise<void> {
    const whose = looksAfterAll(actor) ? {} : { userId: actor.userId };
    await outlivingRequest(() =>
      this.transactions.run(async (tx) => {
        const ended = await scope(tx, actor)
          .of(ApiKey)
          .update({ id, ...whose, ...LIVE }, ENDED);
        if (ended === 0) throw new NotFound('The API key');
        await this.audit.record(tx, actor, apiKeyRevoked, { type: 'api-key', id });
      }),
    );
    await this.revocations.announce(id);
  }

  /** Who makes several at once makes them one after the other. */
  private async demandRoom(tx: Tx, actor: Actor): Promise<void> {
    const { organizationId, userId } = actor;
    await tx.query('SELECT FROM memberships WHERE organization_id = $1 AND user_id = $2 FOR NO KEY UPDATE', [
      organizationId,
      userId,
    ]);
    const live = await scope(tx, actor)
      .of(ApiKey)
      .select('key')
      .where({ userId, ...LIVE })
      .getCount();
    if (live >= MOST_KEYS) throw new TooManyApiKeys(MOST_KEYS);
  }

  private async replace(tx: Tx, actor: Actor, id: string, overlapMinutes: number): Promise<Purpose> {
    const mine = scope(tx, actor).of(ApiKey);
    const live = { id, userId: actor.userId, ...LIVE };
    const won = await mine.update({ ...live, replacedAt: IsNull() }, { replacedAt: () => 'now()' });
    const key = await mine.get(live, 'The API key');
    if (won === 0) throw new ApiKeyReplaced();
    const endsAt = Math.min(key.expiresAt?.getTime() ?? Infinity, Date.now() + overlapMinutes * MINUTE_MS);
    await mine.update({ id }, overlapMinutes === 0 ? ENDED : { expiresAt: new Date(endsAt) });
    return key;
  }

  private async insert(tx: Tx, actor: Actor, { name, scopes, expiresAt }: Purpose): Promise<NewApiKey> {
    const key = newApiKey(this.config.prefix);
    const [row] = await scope(tx, actor)
      .of(ApiKey)
      .insert({
        id: uuidv7(),
        userId: actor.userId,
        name,
        scopes,
        expiresAt,
        prefix: prefixOf(key),
        hash: this.hasher.hash(key),
      });
    return { ...toApiKeyView(row), key };
  }
}

/** The row stays for as long as instances look for what has ended, and then goes. */
const ENDED = {
  revokedAt: () => 'clock_timestamp()',
  expiresAt: () => `least(expires_at, clock_timestamp() + interval '1 hour')`,
};

const looksAfterAll = (actor: Actor): boolean => hasRole(actor, 'admin');
