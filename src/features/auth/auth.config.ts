import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../../core/config/define-config.js';
import { integer, signingSecret } from '../../core/config/rules.js';
import { env, optionalSecretEnv, secretEnv } from '../../core/config/variable.js';

// The least that OWASP recommends for argon2id: less must not be configurable.
const MIN_MEMORY_KIB = 19_456;
const MIN_ITERATIONS = 2;

export const MAX_ACCESS_TTL_SECONDS = 3_600;

export const authConfig = defineConfig('auth', {
  accessSecret: secretEnv('JWT_ACCESS_SECRET', signingSecret().required(), 'Signs access tokens'),
  previousAccessSecret: optionalSecretEnv(
    'JWT_ACCESS_SECRET_PREVIOUS',
    signingSecret(),
    'The secret before, still accepted while you rotate',
  ),
  accessTtlSeconds: env(
    'ACCESS_TOKEN_TTL_SECONDS',
    integer(60, MAX_ACCESS_TTL_SECONDS).default(900),
    'Life of an access token, in seconds',
  ),
  refreshTtlDays: env(
    'REFRESH_TOKEN_TTL_DAYS',
    integer(1, 90).default(30),
    'Life of a session without signing in again, in days',
  ),
  invitationTtlDays: env(
    'INVITATION_TTL_DAYS',
    integer(1, 90).default(30),
    'How long an invitation to an organization can be accepted, in days',
  ),
  hashMemoryKib: env(
    'PASSWORD_HASH_MEMORY_KIB',
    integer(MIN_MEMORY_KIB, 1_048_576).default(MIN_MEMORY_KIB),
    'argon2id: memory for one hash, in KiB',
  ),
  hashIterations: env(
    'PASSWORD_HASH_ITERATIONS',
    integer(MIN_ITERATIONS, 20).default(MIN_ITERATIONS),
    'argon2id: passes over the memory',
  ),
  hashConcurrency: env(
    'PASSWORD_HASH_CONCURRENCY',
    integer(0, 64).default(0),
    'How many passwords are hashed at the same time, the others wait; 0 for one less than there are processors',
  ),
});

export type AuthConfig = ConfigType<typeof authConfig>;
