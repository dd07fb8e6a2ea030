import { Controller, Injectable, Module, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Public } from '../../src/core/access/access.decorators.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { carrierOfNow, type TraceCarrier, traced } from '../../src/core/tracing/trace.js';
import { Named } from './routes.dto.js';

/** Work that a request asks for and somebody else does, as rows would carry it: as text. */
@Injectable()
export class LateWork {
  readonly rows: string[] = [];

  constructor(private readonly dataSource: DataSource) {}

  add(): void {
    this.rows.push(JSON.stringify(carrierOfNow()));
  }

  /** What a worker does, in a context of its own. */
  async workOff(): Promise<void> {
    for (const row of this.rows.splice(0)) {
      const work = () => this.dataSource.query(`SELECT 'worked off', $1::text`, ['canary-value']);
      await traced('job test.late', JSON.parse(row) as TraceCarrier, work, { kind: 'consumer' });
    }
  }
}

@Controller('test/traced')
@Public()
class TracedController {
  constructor(
    private readonly transactions: Transactions,
    private readonly late: LateWork,
  ) {}

  @Post()
  async ask(): Promise<Named> {
    await this.transactions.run((tx) => tx.query(`SELECT 'asked', $1::text`, ['canary-value']));
    this.late.add();
    return { name: 'later' };
  }
}

@Module({ controllers: [TracedController], providers: [LateWork] })
export class TracedModule {}
