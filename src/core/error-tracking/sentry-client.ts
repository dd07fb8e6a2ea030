import { createEventEnvelope, isRateLimited, type RateLimits, serializeEnvelope, updateRateLimits } from '@sentry/core';
import { UpstreamUnavailable } from '../outbound/outbound.errors.js';
import type { UpstreamAnswer } from '../outbound/upstream-answer.js';
import type { ErrorReport } from './error-report.js';
import { toEvent } from './sentry-event.js';

/** Sends an envelope, which is how Sentry calls what it takes. */
export type Post = (envelope: string | Uint8Array, signal: AbortSignal) => Promise<UpstreamAnswer>;

/** What Sentry's own library knows of Sentry: loaded when it is switched on. */
export class SentryClient {
  private limits: RateLimits = {};

  constructor(
    private readonly environment: string,
    private readonly post: Post,
  ) {}

  /** @throws unless Sentry has taken the report */
  async send(report: ErrorReport, signal: AbortSignal): Promise<void> {
    if (isRateLimited(this.limits, 'error')) throw new Error('Sentry asked to be left alone for a while.');
    const envelope = serializeEnvelope(createEventEnvelope(toEvent(report, this.environment)));
    try {
      const { ok, status, headers } = await this.post(envelope, signal);
      this.limit(headers);
      if (!ok) throw new Error(`Sentry answered ${status}.`);
    } catch (thrown) {
      if (thrown instanceof UpstreamUnavailable) this.limit({ 'retry-after': String(thrown.retryAfter) });
      throw thrown;
    }
  }

  private limit(headers: UpstreamAnswer['headers']): void {
    const read = (name: string) => headers[name]?.toString() ?? null;
    const said = { 'x-sentry-rate-limits': read('x-sentry-rate-limits'), 'retry-after': read('retry-after') };
    this.limits = updateRateLimits(this.limits, { headers: said });
  }
}
