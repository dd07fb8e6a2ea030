import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/transactions.js';
import { FeatureDisabled, NotFound } from '../errors/core.errors.js';
import { Registry } from '../ports/registry.js';

/** An event whose origin is proven. */
export interface VerifiedEvent {
  /** The provider's, the same each time that the event is sent again; 1 to 255 characters */
  readonly id: string;
  /** As the provider calls it; 1 to 255 characters */
  readonly type: string;
  /** Plain JSON, as it was signed */
  readonly payload: object;
}

/** A provider that sends events to `POST /webhooks/:provider`. */
export interface WebhookSource {
  /** Whether its integration is switched on here */
  readonly enabled: boolean;
  /**
   * Proves where the event comes from, by its signature over the bytes as they came, and how old it is where the provider
   * says so (300 s at most).
   * @throws {SignatureInvalid}
   */
  verify(raw: Buffer, headers: IncomingHttpHeaders): VerifiedEvent;
  /**
   * What has to be asked of the provider before the event counts, outside of any transaction: of events that come late or
   * out of order, it says what is true now.
   */
  prepare?(event: VerifiedEvent): Promise<unknown>;
  /**
   * Does what the event asks for. Its transaction is the one that marks it as processed, so it happens once.
   * @param prepared what `prepare` resolved with
   * @returns `ignored` for a type that nobody here waits for
   */
  handle(tx: Tx, event: VerifiedEvent, prepared: unknown): Promise<'handled' | 'ignored'>;
}

/** The port through which features say who sends them events. */
@Injectable()
export class WebhookSources {
  private readonly registry = new Registry<WebhookSource>('webhook source');

  /** In `onModuleInit`. @param provider as the path says it: `stripe` */
  register(provider: string, source: WebhookSource): void {
    this.registry.register(provider, source);
  }

  find(provider: string): WebhookSource | undefined {
    return this.registry.find(provider);
  }

  /** @throws {NotFound} if nobody has registered it. @throws {FeatureDisabled} if it is switched off */
  require(provider: string): WebhookSource {
    const source = this.registry.find(provider);
    if (source === undefined) throw new NotFound('The provider');
    if (!source.enabled) throw new FeatureDisabled(provider);
    return source;
  }

  onApplicationBootstrap(): void {
    this.registry.close();
  }
}
