import { Inject, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { application, environmentConfig, type EnvironmentConfig } from '../config/environment.config.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { type HealthCheck, HealthChecks } from './health-checks.js';
import type { CheckResult, Readiness } from './health.dto.js';

const CHECK_TIMEOUT_MS = 2_000;
const ILL = new Set<CheckResult['status']>(['degraded', 'down', 'timeout']);

/** What terminus tells of one check. */
interface Outcome {
  readonly status: string;
  readonly responseTime?: number;
  readonly message?: string;
  readonly degraded?: boolean;
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
    return {
      status: this.judge(results.filter(({ result }) => ILL.has(result.status))),
      timestamp: new Date().toISOString(),
      uptimeSeconds: Math.floor(process.uptime()),
      version: application.version,
      environment: this.environment.name,
      checks: Object.fromEntries(results.map(({ name, result }) => [name, result])),
    };
  }

  private judge(ill: readonly { check: HealthCheck; result: CheckResult }[]): Readiness['status'] {
    const failed = ill.filter(({ result }) => result.status !== 'degraded');
    if (this.shutdown.draining || failed.some(({ check }) => check.critical)) return 'down';
    return ill.length > 0 ? 'degraded' : 'up';
  }

  private async ask(checks: [string, HealthCheck][]): Promise<Record<string, Outcome>> {
    const attempts = checks.map(([name, { probe }]) =>
      this.indicators
        .check(name)
        .attempt(async ({ signal }) => ({ degraded: (await probe(signal)) === 'degraded' }))
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
  return { status: statusOf(outcome), latencyMs: outcome.responseTime };
}

function statusOf({ status, message, degraded }: Outcome): CheckResult['status'] {
  if (status === 'up') return degraded ? 'degraded' : 'up';
  return /timeout/i.test(message ?? '') ? 'timeout' : 'down';
}
