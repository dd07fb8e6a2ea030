import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { environmentConfig, type EnvironmentConfig } from '../config/environment.config.js';
import { within } from '../database/within.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { OptionalInitializers } from '../side-effects/optional-initializers.js';
import { SideEffects } from '../side-effects/side-effects.js';
import type { Sink } from '../side-effects/sink.js';
import type { Sdk } from './sdk.js';
import { traceWith } from './trace.js';
import { tracingConfig, type TracingConfig } from './tracing.config.js';

const CLOSE_WITHIN_MS = 2_000;

/** Turns tracing on, if it is wanted, and sends the last spans at the end. */
@Injectable()
export class Tracing implements OnModuleInit {
  constructor(
    @Inject(tracingConfig.KEY) private readonly config: TracingConfig,
    @Inject(environmentConfig.KEY) private readonly environment: EnvironmentConfig,
    private readonly sideEffects: SideEffects,
    private readonly initializers: OptionalInitializers,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Tracing.name);
  }

  onModuleInit(): void {
    const { enabled } = this.config;
    const sink = this.sideEffects.sink('traces', { enabled });
    if (enabled) this.initializers.register('tracing', () => this.start(sink));
  }

  private async start(sink: Sink): Promise<void> {
    const { Sdk } = await import('./sdk.js');
    const sdk = new Sdk(this.config, this.environment.name, sink);
    traceWith(sdk.register());
    this.shutdown.register('telemetry', 'traces', () => this.stop(sdk));
  }

  /** A collector that does not answer keeps nobody: the last spans are lost. */
  private async stop(sdk: Sdk): Promise<void> {
    traceWith(undefined);
    await within(CLOSE_WITHIN_MS, sdk.close()).catch((err: unknown) => {
      this.logger.warn({ err }, 'the last spans were not sent');
    });
  }
}
