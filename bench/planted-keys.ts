import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { PRODUCTION } from './aerie.ts';
import { classOf } from './platform-app.ts';

/** Knows keys by their hashes, as production would. */
export interface Hasher {
  hash(key: string): Buffer;
}

const SCOPES = ['users:read'];

export async function hasher(): Promise<Hasher> {
  const Hashing = await classOf<new (config: object) => Hasher>('src/features/auth/api-key-hasher.js', 'ApiKeyHasher');
  return new Hashing({ pepper: PRODUCTION.API_KEY_PEPPER });
}

/** An API key as the service makes it. */
export async function newKey(): Promise<string> {
  const make = await classOf<(prefix: string) => string>('src/features/auth/api-key-text.js', 'newApiKey');
  return make('app_live');
}

/** Gives these keys to somebody, in the organization that they start in. */
export async function plantKeys(client: pg.Client, userId: string, keys: readonly string[]): Promise<void> {
  const hashing = await hasher();
  await client.query(
    `INSERT INTO api_keys (id, organization_id, user_id, name, prefix, hash, scopes)
     SELECT key.id, m.organization_id, m.user_id, 'Key', 'app_live', key.hash, $4
       FROM unnest($2::uuid[], $3::bytea[]) AS key (id, hash), memberships m WHERE m.user_id = $1`,
    [userId, keys.map(() => randomUUID()), keys.map((key) => hashing.hash(key)), SCOPES],
  );
}
