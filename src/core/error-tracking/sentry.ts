import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { application, environmentConfig, type EnvironmentConfig } from '../config/environment.config.js';
import { Outbound } from '../outbound/outbound.js';
import { OptionalInitializers } from '../side-effects/optional-initializers.js';
import { SideEffects } from '../side-effects/side-effects.js';
import type { ErrorReport } from './error-report.js';
import { ErrorReports } from './error-reports.js';
import type { Post, SentryClient } from './sentry-client.js';
import { type Dsn, readDsn, sentryConfig, type SentryConfig } from './sentry.config.js';

const TIMEOUT_MS = 5_000;

/** Tells Sentry of each report, if it is switched on: as a side effect, which nobody waits for. */
@Injectable()
export class Sentry implements OnModuleInit {
  private loading?: Promise<SentryClient>;

  constructor(
    @Inject(sentryConfig.KEY) private readonly config: SentryConfig,
    @Inject(environmentConfig.KEY) private readonly environment: EnvironmentConfig,
    private readonly reports: ErrorReports,
    private readonly sideEffects: SideEffects,
    private readonly initializers: OptionalInitializers,
    private readonly outbound: Outbound,
  ) {}

  onModuleInit(): void {
    const { enabled, dsn } = this.config;
    const sink = this.sideEffects.sink('sentry', { enabled });
    if (!enabled || dsn === undefined) return;
    const post = this.postTo(readDsn(dsn));
    // Before the port opens: in the middle of a failure is no time to load a library.
    this.initializers.register('error-tracking', () => this.load(post));
    this.reports.register((report) => sink.attempt((signal) => this.send(report, post, signal)));
  }

  private async send(report: ErrorReport, post: Post, signal: AbortSignal): Promise<void> {
    const client = await this.load(post);
    await client.send(report, signal);
  }

  private load(post: Post): Promise<SentryClient> {
    this.loading ??= import('./sentry-client.js').then(
      ({ SentryClient }) => new SentryClient(this.environment.name, post),
    );
    return this.loading;
  }

  private postTo({ url, key, project }: Dsn): Post {
    const client = `${application.name}/${application.version}`;
    const headers = {
      'content-type': 'application/x-sentry-envelope',
      'x-sentry-auth': `Sentry sentry_version=7, sentry_client=${client}, sentry_key=${key}`,
    };
    const upstream = this.outbound.upstream('sentry', { url, headers, timeoutMs: TIMEOUT_MS });
    // Each event has an id, by which Sentry knows it again.
    const ask = { method: 'POST', path: '/api/:project/envelope/', params: { project }, idempotent: true } as const;
    return (body, signal) => upstream.request({ ...ask, body, signal });
  }
}
