import { Controller, Get, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/access.decorators.js';
import { Unlimited } from '../throttling/throttling.decorators.js';
import { Liveness, Readiness } from './health.dto.js';
import { ReadinessService } from './readiness.service.js';

@ApiTags('health')
@Controller({ path: 'health', version: VERSION_NEUTRAL })
@Public()
export class HealthController {
  constructor(private readonly readiness: ReadinessService) {}

  /** Whether the process runs at all; asks nothing else, so that a lost database restarts nobody */
  @Get('live')
  @Unlimited()
  live(): Liveness {
    return { status: 'up', timestamp: new Date().toISOString() };
  }

  /** Whether requests should be sent here */
  @Get('ready')
  @Unlimited()
  @ApiServiceUnavailableResponse({ type: Readiness })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.readiness.read();
    if (readiness.status === 'down') void reply.code(503);
    return readiness;
  }
}
