import { createHash, createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService, TokenExpiredError } from '@nestjs/jwt';
import { TokenExpired, TokenInvalid } from '../../core/access/access.errors.js';
import { type Actor, type Role, ROLES } from '../../core/access/actor.js';
import type { Proof } from '../../core/access/authenticators.js';
import { application } from '../../core/config/environment.config.js';
import { authConfig, type AuthConfig } from './auth.config.js';

interface Claims {
  readonly sub: string;
  readonly sid: string;
  readonly org: string;
  readonly role: Role;
  /** Of administrators only */
  readonly adm?: true;
  /** Seconds since 1970 */
  readonly exp: number;
}

const TYPE = 'at+jwt';
const ALGORITHM = 'HS256';
const MOST_PROVEN = 10_000;

/** Issues and checks access tokens (RFC 9068 in spirit): the algorithm is ours, never the token's. */
@Injectable()
export class AccessTokens {
  private readonly keys: ReadonlyMap<string, KeyObject>;
  private readonly currentKid: string;
  private readonly proven = new Map<string, Required<Proof>>();

  constructor(
    @Inject(authConfig.KEY) private readonly config: AuthConfig,
    private readonly jwt: JwtService,
  ) {
    const live = [config.accessSecret, config.previousAccessSecret].filter((secret) => secret !== undefined);
    // Of a text jsonwebtoken would find out with each token again that it is no public key.
    this.keys = new Map(live.map((secret) => [keyId(secret), createSecretKey(Buffer.from(secret))]));
    this.currentKid = keyId(config.accessSecret);
  }

  issue({ userId, sessionId, organizationId, role, administrator }: Actor): Promise<string> {
    const whole = { sub: userId, sid: sessionId, org: organizationId, role };
    const claims: Omit<Claims, 'exp'> = administrator ? { ...whole, adm: true } : whole;
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

  /** A client sends its token again and again: proven once, it holds until it expires. @throws {TokenExpired | TokenInvalid} */
  async verify(token: string): Promise<Required<Proof>> {
    const known = this.proven.get(token);
    if (known !== undefined && known.expiresAt > Date.now()) return known;
    const claims = await this.prove(token);
    const { sub: userId, sid: sessionId, org: organizationId, role, adm } = claims;
    if (!ROLES.includes(role)) throw new TokenInvalid();
    const actor = { userId, sessionId, organizationId, role, administrator: adm === true };
    const proof = { actor, expiresAt: claims.exp * 1_000 };
    this.remember(token, proof);
    return proof;
  }

  private async prove(token: string): Promise<Claims> {
    return this.jwt
      .verifyAsync<Claims>(token, {
        secret: this.keyFor(token) as unknown as Buffer,
        algorithms: [ALGORITHM],
        issuer: application.name,
        audience: application.name,
      })
      .catch((thrown: unknown) => {
        throw thrown instanceof TokenExpiredError ? new TokenExpired() : new TokenInvalid();
      });
  }

  /** Few enough to fit into memory; the oldest makes room. */
  private remember(token: string, proof: Required<Proof>): void {
    const [oldest] = this.proven.size < MOST_PROVEN ? [] : this.proven.keys();
    if (oldest !== undefined) this.proven.delete(oldest);
    this.proven.delete(token);
    this.proven.set(token, proof);
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
