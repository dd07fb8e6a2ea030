import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PersonalData } from '../privacy/personal-data.js';
import { UserJobs } from './user-jobs.service.js';

/** Whoever goes takes their jobs along: those that are not done are cancelled first, and settled. */
@Injectable()
export class UserJobsOfPeople implements OnModuleInit {
  constructor(
    private readonly personalData: PersonalData,
    private readonly jobs: UserJobs,
  ) {}

  onModuleInit(): void {
    this.personalData.declare({
      table: 'jobs',
      tells: [
        ...['id', 'organization_id', 'user_id', 'kind', 'status', 'progress', 'attempt', 'failures', 'input', 'result'],
        ...['error_code', 'error_message', 'request_id', 'traceparent', 'run_at', 'heartbeat_at', 'created_at'],
        ...['started_at', 'ended_at', 'expires_at'],
      ],
      mentions: { input: 'json', result: 'json' },
      endFirst: (tx, { id }) => this.jobs.cancelAll(tx, id),
    });
  }
}
