import { Global, Module } from '@nestjs/common';
import { ExpiredRows } from '../database/expired-rows.js';
import { Lifeline } from '../database/lifeline.js';
import { PostgresSignalLog } from './postgres-signal-log.js';
import { SignalLog } from './signal-log.js';
import { Signals } from './signals.js';

@Global()
@Module({
  providers: [
    {
      provide: SignalLog,
      inject: [Lifeline, ExpiredRows],
      useFactory: (lifeline: Lifeline, expired: ExpiredRows) => {
        expired.sweep('signals', 200);
        return new PostgresSignalLog(lifeline);
      },
    },
    Signals,
  ],
  exports: [Signals],
})
export class SignalsModule {}
