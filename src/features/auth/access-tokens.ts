import { createHash, createSecretKey, hash, type KeyObject, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService, TokenExpiredError } from '@nestjs/jwt';
import { TokenExpired, TokenInvalid } from '../../core/access/access.errors.js';
import { type Actor, type Role, ROLES } from '../../core/access/actor.js';
import type { Proof } from '../../core/access/authenticators.js';
import { application } from '../../core/config/environment.config.js';
import type { Standing } from '../../core/identity/users.service.js';
import { authConfig, type AuthConfig } from './auth.config.js';

interface Claims {
  readonly sub: string;
  readonly sid: string;
  readonly org: string;
  readonly role: Role;
  /** Of administrators only */
  readonly adm?: true;
  /** Of those only who have verified their e-mail address */
  readonly evd?: true;
  /** Which state of what they may do it was issued in */
  readonly ver?: number;
  /** Seconds since 1970 */
  readonly exp: number;
}

/** What a token says. */
export interface TokenProof extends Required<Proof> {
  readonly accessVersion: number;
}

const TYPE = 'at+jwt';
const ALGORITHM = 'HS256';
const MOST_PROVEN = 10_000;

/** Issues and checks access tokens (RFC 9068 in spirit): the algorithm is ours, never the token's. */
@Injectable()
export class AccessTokens {
  private readonly keys: ReadonlyMap<string, KeyObject>;
  private readonly currentKid: string;
  /** By the SHA-256 of the token: whoever reads the memory shall find none */
  private readonly proven = new Map<string, TokenProof>();

  constructor(
    @Inject(authConfig.KEY) private readonly config: AuthConfig,
    private readonly jwt: JwtService,
  ) {
    const live = [config.accessSecret, config.previousAccessSecret].filter((secret) => secret !== undefined);
    // Of a text jsonwebtoken would find out with each token again that it is no public key.
    this.keys = new Map(live.map((secret) => [keyId(secret), createSecretKey(Buffer.from(secret))]));
    this.currentKid = keyId(config.accessSecret);
  }

  issue(standing: Standing, sessionId: string): Promise<string> {
    const claims: Omit<Claims, 'exp'> = {
      sub: standing.userId,
      sid: sessionId,
      org: standing.organizationId,
      role: standing.role,
      ver: standing.accessVersion,
      ...(standing.administrator && { adm: true }),
      ...(standing.emailVerified && { evd: true }),
    };
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
  async verify(token: string): Promise<TokenProof> {
    const digest = hash('sha256', token, 'base64url');
    const known = this.proven.get(digest);
    if (known !== undefined && known.expiresAt > Date.now()) return known;
    const claims = await this.prove(token);
    if (!ROLES.includes(claims.role)) throw new TokenInvalid();
    // Of a token from before there were versions every change is newer.
    const proof = { actor: actorOf(claims), accessVersion: claims.ver ?? 0, expiresAt: claims.exp * 1_000 };
    this.remember(digest, proof);
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
  private remember(digest: string, proof: TokenProof): void {
    const [oldest] = this.proven.size < MOST_PROVEN ? [] : this.proven.keys();
    if (oldest !== undefined) this.proven.delete(oldest);
    this.proven.delete(digest);
    this.proven.set(digest, proof);
  }

  private keyFor(token: string): KeyObject {
    const header = headerOf(token);
    const key = header?.typ === TYPE && header.kid !== undefined ? this.keys.get(header.kid) : undefined;
    if (key === undefined) throw new TokenInvalid();
    return key;
  }
}

function actorOf({ sub, sid, org, role, adm, evd }: Claims): Actor {
  return {
    userId: sub,
    sessionId: sid,
    organizationId: org,
    role,
    administrator: adm === true,
    emailVerified: evd === true,
  };
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
