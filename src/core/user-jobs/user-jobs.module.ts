import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Retention } from '../retention/retention.js';
import { jobsConfig } from '../jobs/jobs.config.js';
import { AdminJobsController } from './admin-jobs.controller.js';
import { AdminJobs } from './admin-jobs.service.js';
import { LostUserJobs } from './lost-user-jobs.js';
import { UserJobAttempts } from './user-job-attempts.js';
import { UserJobEndings } from './user-job-endings.js';
import { UserJobHandlers } from './user-job-handlers.js';
import { UserJobWorkers } from './user-job-workers.js';
import { UserJob } from './user-job.entity.js';
import { UserJobsController } from './user-jobs.controller.js';
import { UserJobsOfPeople } from './user-jobs.personal-data.js';
import { UserJobs } from './user-jobs.service.js';

@Global()
@Module({
  imports: [ConfigModule.forFeature(jobsConfig), DiscoveryModule, TypeOrmModule.forFeature([UserJob])],
  controllers: [UserJobsController, AdminJobsController],
  providers: [
    UserJobHandlers,
    UserJobEndings,
    UserJobAttempts,
    UserJobWorkers,
    LostUserJobs,
    UserJobs,
    UserJobsOfPeople,
    AdminJobs,
  ],
  exports: [UserJobs],
})
export class UserJobsModule {
  constructor(retention: Retention) {
    retention.expire('jobs');
  }
}
