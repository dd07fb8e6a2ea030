import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Internal, MalformedRequest } from '../../core/errors/core.errors.js';
import { outlivingRequest } from '../../core/http/request-context.js';
import { RateLimits } from '../../core/throttling/rate-limits.js';
import { SignatureInvalid } from '../../core/webhook-sources/webhook-sources.errors.js';
import { type VerifiedEvent, WebhookSources, type WebhookSource } from '../../core/webhook-sources/webhook-sources.js';
import type { EventReceived } from './inbound.dto.js';
import { Inbox } from './inbox.service.js';
import { InboxMetrics } from './inbox.metrics.js';

const MOST_CHARACTERS = 255;

/** Lets in what providers have signed. */
@Injectable()
export class Inbound {
  constructor(
    private readonly sources: WebhookSources,
    private readonly inbox: Inbox,
    private readonly limits: RateLimits,
    private readonly metrics: InboxMetrics,
  ) {}

  /**
   * @throws {NotFound} @throws {FeatureDisabled} if nobody hears this provider here
   * @throws {SignatureInvalid} and nothing is written down
   * @throws {Internal} if it was stored and not processed: the provider sends it again
   */
  async receive(provider: string, raw: Buffer, request: FastifyRequest, reply: FastifyReply): Promise<EventReceived> {
    const { source, event } = await this.proven(provider, raw, request, reply);
    // What it does may be shared with the same event on another connection, and goes on if the provider hangs up.
    const { outcome, cause } = await outlivingRequest(() => this.inbox.receive(source, { provider, ...event }));
    if (outcome === 'failed') throw new Internal(cause);
    return { outcome };
  }

  /** Whoever proves nothing is held to the limit that everybody is held to. */
  private async proven(
    provider: string,
    raw: Buffer,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ source: WebhookSource; event: VerifiedEvent }> {
    try {
      const source = this.sources.require(provider);
      return { source, event: bounded(source.verify(raw, request.headers)) };
    } catch (thrown) {
      // Signed, and no JSON all the same.
      if (thrown instanceof SyntaxError) throw new MalformedRequest(thrown);
      // The name of a provider that nobody knows is no label of a metric.
      if (thrown instanceof SignatureInvalid) this.metrics.count(provider, 'refused');
      await this.limits.takeOfAddress(request, reply);
      throw thrown;
    }
  }
}

/** @throws {MalformedRequest} for names that no column takes */
function bounded(event: VerifiedEvent): VerifiedEvent {
  for (const name of [event.id, event.type]) {
    if (name === '' || name.length > MOST_CHARACTERS || name.includes('\0')) throw new MalformedRequest();
  }
  return event;
}
