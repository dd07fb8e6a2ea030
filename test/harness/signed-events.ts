import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Tx } from '../../src/core/database/transactions.js';
import { DependencyUnavailable } from '../../src/core/errors/core.errors.js';
import { SignatureInvalid } from '../../src/core/webhook-sources/webhook-sources.errors.js';
import {
  type VerifiedEvent,
  type WebhookSource,
  WebhookSources,
} from '../../src/core/webhook-sources/webhook-sources.js';

export const PROVIDER = 'test-provider';
/** Both are accepted, as while one replaces the other. */
export const EVENT_SECRETS = ['the-secret-of-today', 'the-secret-of-yesterday'] as const;
const TOLERANCE_SECONDS = 300;

/** Where the source leaves what it did, without anything that would keep it from doing it twice. */
export const EFFECTS = 'CREATE TABLE test_effects (event_id text NOT NULL, prepared text)';

interface SignedEvent {
  readonly id: string;
  readonly type: string;
}

interface Signing {
  readonly secret?: string;
  /** Seconds since it was signed */
  readonly age?: number;
}

/** The headers that a provider would send with these bytes. */
export function signed(body: string | Buffer, { secret = EVENT_SECRETS[0], age = 0 }: Signing = {}) {
  const at = Math.floor(Date.now() / 1_000) - age;
  return { 'test-timestamp': String(at), 'test-signature': signatureOf(secret, String(at), body) };
}

export const newEvent = (type = 'test.happened'): SignedEvent => ({ id: randomUUID(), type });

const signatureOf = (secret: string, at: string, body: string | Buffer): string =>
  createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex');

/** A provider of the tests. What it does with an event and when it fails, a test says. */
@Injectable()
export class SignedEvents implements WebhookSource, OnModuleInit {
  enabled = true;
  prepare?: (event: VerifiedEvent) => Promise<unknown>;
  handle: WebhookSource['handle'] = () => Promise.resolve('handled');

  constructor(private readonly sources: WebhookSources) {}

  onModuleInit(): void {
    this.sources.register(PROVIDER, this);
  }

  verify(raw: Buffer, headers: IncomingHttpHeaders): VerifiedEvent {
    const at = String(headers['test-timestamp']);
    const given = Buffer.from(String(headers['test-signature']));
    const isRight = (secret: string) => {
      const expected = Buffer.from(signatureOf(secret, at, raw));
      return expected.length === given.length && timingSafeEqual(expected, given);
    };
    const isFresh = Math.abs(Date.now() / 1_000 - Number(at)) <= TOLERANCE_SECONDS;
    if (!isFresh || !EVENT_SECRETS.some(isRight)) throw new SignatureInvalid();
    const payload = JSON.parse(raw.toString()) as SignedEvent;
    return { id: payload.id, type: payload.type, payload };
  }

  /** Of `test.happened` it writes a row of `EFFECTS`; it waits for nothing else. */
  writesEffects(): void {
    this.handle = async (tx, event, prepared) => {
      if (event.type !== 'test.happened') return 'ignored';
      await writeEffect(tx, event, prepared);
      return 'handled';
    };
  }
}

export const writeEffect = (tx: Tx, { id }: VerifiedEvent, prepared?: unknown) =>
  tx.query('INSERT INTO test_effects VALUES ($1, $2)', [id, prepared]);

@Module({ providers: [SignedEvents], exports: [SignedEvents] })
export class SignedEventsModule {}

/** What a provider's own API may do. */
export class ServiceDown extends DependencyUnavailable {}
