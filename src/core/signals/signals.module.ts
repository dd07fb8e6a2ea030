import { Global, Module } from '@nestjs/common';
import { ExpiredRows } from '../database/expired-rows.js';
import { Lifeline } from '../database/lifeline.js';
import { RedisConnections } from '../redis/redis-connections.js';
import { PersonalData } from '../privacy/personal-data.js';
import { PostgresSignalLog } from './postgres-signal-log.js';
import { RedisSignalLog } from './redis-signal-log.js';
import { SignalLog } from './signal-log.js';
import { Signals } from './signals.js';

@Global()
@Module({
  providers: [
    {
      provide: SignalLog,
      inject: [RedisConnections, Lifeline, ExpiredRows],
      useFactory: (redis: RedisConnections, lifeline: Lifeline, expired: ExpiredRows) => {
        if (redis.enabled) return new RedisSignalLog(redis);
        expired.sweep('signals', 200);
        return new PostgresSignalLog(lifeline);
      },
    },
    Signals,
  ],
  exports: [Signals],
})
export class SignalsModule {
  constructor(personalData: PersonalData) {
    personalData.declare({ table: 'signals', whose: 'false', tells: [], mentions: { payload: 'text' } });
  }
}
