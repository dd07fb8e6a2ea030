import { createHash, createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService, TokenExpiredError } from '@nestjs/jwt';
import { TokenExpired, TokenInvalid } from '../../core/access/access.errors.js';
import { type Actor, type Role, ROLES } from '../../core/access/actor.js';
import { application } from '../../core/config/environment.config.js';
import { authConfig, type AuthConfig } from './auth.config.js';

interface Claims {
  readonly sub: string;
  readonly sid: string;
  readonly org: string;
  readonly role: Role;
}

const TYPE = 'at+jwt';
const ALGORITHM = 'HS256';

/** Issues and checks access tokens (RFC 9068 in spirit): the algorithm is ours, never the token's. */
@Injectable()
export class AccessTokens {
  private readonly keys: ReadonlyMap<string, KeyObject>;
  private readonly currentKid: string;

  constructor(
    @Inject(authConfig.KEY) private readonly config: AuthConfig,
    private readonly jwt: JwtService,
  ) {
    const live = [config.accessSecret, config.previousAccessSecret].filter((secret) => secret !== undefined);
    // Of a text jsonwebtoken would find out with each token again that it is no public key.
    this.keys = new Map(live.map((secret) => [keyId(secret), createSecretKey(Buffer.from(secret))]));
    this.currentKid = keyId(config.accessSecret);
  }

  issue({ userId, sessionId, organizationId, role }: Actor): Promise<string> {
    const claims: Claims = { sub: userId, sid: sessionId, org: organizationId, role };
    return this.jwt.signAsync(claims, {
      secret: this.config.accessSecret,
      algorithm: ALGORITHM,
      header: { alg: ALGORITHM, typ: TYPE, kid: this.currentKid },
      issuer: application.name,
      audience: application.name,
      expiresIn: this.config.accessTtlSeconds,
      jwtid: randomUUID(),
    });
  }

  /** @throws {TokenExpired | TokenInvalid} */
  async verify(token: string): Promise<Actor> {
    const claims = await this.jwt
      .verifyAsync<Claims>(token, {
        secret: this.keyFor(token) as unknown as Buffer,
        algorithms: [ALGORITHM],
        issuer: application.name,
        audience: application.name,
      })
      .catch((thrown: unknown) => {
        throw thrown instanceof TokenExpiredError ? new TokenExpired() : new TokenInvalid();
      });
    if (!ROLES.includes(claims.role)) throw new TokenInvalid();
    return { userId: claims.sub, sessionId: claims.sid, organizationId: claims.org, role: claims.role };
  }

  private keyFor(token: string): KeyObject {
    const header = headerOf(token);
    const key = header?.typ === TYPE && header.kid !== undefined ? this.keys.get(header.kid) : undefined;
    if (key === undefined) throw new TokenInvalid();
    return key;
  }
}

/** Names a secret without telling it, so that both sides of a rotation know which one signed. */
function keyId(secret: string): string {
  return createHash('sha256').update(`kid:${secret}`).digest('base64url').slice(0, 12);
}

function headerOf(token: string): { typ?: string; kid?: string } | undefined {
  try {
    return JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString()) as { typ?: string };
  } catch {
    return undefined;
  }
}
