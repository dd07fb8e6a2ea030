import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
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
  constructor(retention: Retention) {
    retention.expire('idempotency_keys');
  }
}
