import { Inject, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { application, environmentConfig, type EnvironmentConfig } from '../config/environment.config.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { type HealthCheck, HealthChecks } from './health-checks.js';
import type { CheckResult, Readiness } from './health.dto.js';

const CHECK_TIMEOUT_MS = 2_000;

/** What terminus tells of one check. */
interface Outcome {
  readonly status: string;
  readonly responseTime?: number;
  readonly message?: string;
}

/** Asks every registered check at the same time, each with its own limit. */
@Injectable()
export class ReadinessService {
  constructor(
    @Inject(environmentConfig.KEY) private readonly environment: EnvironmentConfig,
    private readonly checks: HealthChecks,
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly shutdown: Shutdown,
  ) {}

  async read(): Promise<Readiness> {
    const checks = this.checks.all();
    const outcomes = await this.ask(checks.filter(([, { enabled = true }]) => enabled));
    const results = checks.map(([name, check]) => ({ name, check, result: toResult(check, outcomes[name]) }));
    const failed = results.filter(({ result }) => result.status === 'down' || result.status === 'timeout');
    return {
      status: this.judge(failed.map(({ check }) => check)),
      timestamp: new Date().toISOString(),
      uptimeSeconds: Math.floor(process.uptime()),
      version: application.version,
      environment: this.environment.name,
      checks: Object.fromEntries(results.map(({ name, result }) => [name, result])),
    };
  }

  private judge(failed: readonly HealthCheck[]): Readiness['status'] {
    if (this.shutdown.draining || failed.some(({ critical }) => critical)) return 'down';
    return failed.length > 0 ? 'degraded' : 'up';
  }

  private async ask(checks: [string, HealthCheck][]): Promise<Record<string, Outcome>> {
    const attempts = checks.map(([name, { probe }]) =>
      this.indicators
        .check(name)
        .attempt(({ signal }) => probe(signal))
        .withTimeout(CHECK_TIMEOUT_MS),
    );
    try {
      return (await this.health.check(attempts)).details;
    } catch (thrown) {
      if (!(thrown instanceof ServiceUnavailableException)) throw thrown;
      return (thrown.getResponse() as { details: Record<string, Outcome> }).details;
    }
  }
}

/** Says how it went, and never why: the reason is in the log, for us. */
function toResult({ enabled = true }: HealthCheck, outcome: Outcome | undefined): CheckResult {
  if (!enabled) return { status: 'disabled' };
  if (outcome === undefined) return { status: 'down' };
  const { status, responseTime, message } = outcome;
  const timedOut = status === 'down' && /timeout/i.test(message ?? '');
  return { status: timedOut ? 'timeout' : status === 'up' ? 'up' : 'down', latencyMs: responseTime };
}
