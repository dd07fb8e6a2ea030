import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequiresAdministrator } from '../access/access.decorators.js';
import { ReadinessService } from '../health/readiness.service.js';
import { QueueStats } from '../jobs/queue-stats.js';
import { SystemView } from './system.dto.js';

const MOST_QUEUES = 1_000;

@ApiTags('administration')
@Controller('admin/system')
@RequiresAdministrator()
export class SystemController {
  constructor(
    private readonly readiness: ReadinessService,
    private readonly queues: QueueStats,
  ) {}

  /** How the platform is doing */
  @Get()
  async read(): Promise<SystemView> {
    const [readiness, queues] = await Promise.all([this.readiness.read(), this.queues.read()]);
    return { ...readiness, queues: queues.slice(0, MOST_QUEUES) };
  }
}
