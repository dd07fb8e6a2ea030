import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpiredRows } from '../database/expired-rows.js';
import { jobsConfig } from '../jobs/jobs.config.js';
import { LostUserJobs } from './lost-user-jobs.js';
import { UserJobAttempts } from './user-job-attempts.js';
import { UserJobEndings } from './user-job-endings.js';
import { UserJobHandlers } from './user-job-handlers.js';
import { UserJobWorkers } from './user-job-workers.js';
import { UserJob } from './user-job.entity.js';
import { UserJobsController } from './user-jobs.controller.js';
import { UserJobs } from './user-jobs.service.js';

@Global()
@Module({
  imports: [ConfigModule.forFeature(jobsConfig), DiscoveryModule, TypeOrmModule.forFeature([UserJob])],
  controllers: [UserJobsController],
  providers: [UserJobHandlers, UserJobEndings, UserJobAttempts, UserJobWorkers, LostUserJobs, UserJobs],
  exports: [UserJobs],
})
export class UserJobsModule {
  constructor(expired: ExpiredRows) {
    expired.sweep('jobs');
  }
}
