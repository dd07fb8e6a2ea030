import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpiredRows } from '../database/expired-rows.js';
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
  constructor(expired: ExpiredRows) {
    expired.sweep('idempotency_keys');
  }
}
