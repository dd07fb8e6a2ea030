import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { DiscoveryModule } from '@nestjs/core';
import { PersonalData } from '../privacy/personal-data.js';
import { JobHandlers } from './job-handlers.js';
import { JobOutcomes } from './job-outcomes.js';
import { JobWorkers } from './job-workers.js';
import { jobsConfig } from './jobs.config.js';
import { Jobs } from './jobs.service.js';
import { Lookout } from './lookout.js';
import { QueueStats } from './queue-stats.js';
import { Queues } from './queues.js';
import { Schedules } from './schedules.js';

@Global()
@Module({
  imports: [ConfigModule.forFeature(jobsConfig), DiscoveryModule],
  providers: [JobHandlers, Queues, JobOutcomes, JobWorkers, Jobs, Lookout, Schedules, QueueStats],
  exports: [Jobs, JobHandlers, Queues, QueueStats],
})
export class JobsModule {
  constructor(personalData: PersonalData) {
    personalData.declare({
      table: 'pgboss.job',
      whose: 'false',
      tells: [],
      mentions: { data: 'jsonb', output: 'jsonb', source_output: 'jsonb' },
    });
  }
}
