import { timingSafeEqual, createHash } from 'node:crypto';
import { Controller, Get, Header, Headers, Inject, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/access.decorators.js';
import { Unlimited } from '../throttling/throttling.decorators.js';
import { Unauthenticated } from '../access/access.errors.js';
import { NotFound } from '../errors/core.errors.js';
import { Throws } from '../http/openapi.js';
import { Metrics } from './metrics.js';
import { metricsConfig, type MetricsConfig } from './metrics.config.js';

const digest = (text: string) => createHash('sha256').update(text).digest();

@ApiTags('metrics')
@Controller({ path: 'metrics', version: VERSION_NEUTRAL })
@Public()
export class MetricsController {
  constructor(
    @Inject(metricsConfig.KEY) private readonly config: MetricsConfig,
    private readonly metrics: Metrics,
  ) {}

  /** How this process is doing, in Prometheus' text format; for the holder of METRICS_TOKEN only */
  @Get()
  @Unlimited()
  @ApiBearerAuth()
  @ApiProduces('text/plain')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Throws(NotFound, Unauthenticated)
  read(@Headers('authorization') authorization = ''): Promise<string> {
    const { token } = this.config;
    if (token === undefined) throw new NotFound();
    if (!timingSafeEqual(digest(authorization.replace(/^bearer /i, '')), digest(token))) throw new Unauthenticated();
    return this.metrics.read();
  }
}
