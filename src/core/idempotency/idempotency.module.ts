import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PersonalData } from '../privacy/personal-data.js';
import { Retention } from '../retention/retention.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';
import { Idempotency } from './idempotency.service.js';
import { WaitingLines } from './waiting-lines.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyRecord])],
  providers: [Idempotency, WaitingLines],
  exports: [Idempotency],
})
export class IdempotencyModule {
  constructor(retention: Retention, personalData: PersonalData) {
    retention.expire('idempotency_keys');
    personalData.declare({
      table: 'idempotency_keys',
      whose: `split_part(scope, ':', 2) = person_id::text`,
      tells: ['scope', 'key', 'response', 'created_at', 'expires_at'],
      withholds: { fingerprint: 'a digest' },
      mentions: { response: 'json' },
    });
  }
}
