import {
  Body,
  type CanActivate,
  Controller,
  Get,
  Header,
  Injectable,
  Module,
  type NestInterceptor,
  Param,
  type PipeTransform,
  Post,
  Query,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ApiOkResponse, ApiProduces } from '@nestjs/swagger';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { Public, RequiresRole } from '../../src/core/access/access.decorators.js';
import { Keyring } from '../../src/core/crypto/keyring.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { Conflict } from '../../src/core/errors/core.errors.js';
import { Throws } from '../../src/core/http/openapi.js';
import { StrictLimit } from '../../src/core/throttling/throttling.decorators.js';
import { User } from '../../src/core/identity/user.entity.js';
import { EventLoopLag, HeapUse, Named, SessionSettings, Topic, WorkQuery } from './routes.dto.js';

const RESOLUTION_MS = 10;

export const CANARY = 'canary-9f2 /etc/passwd';

export const HUNG_USER = '01890000-0000-7000-8000-00000000dead';

const fail = (): never => {
  throw new Error(CANARY);
};

@Injectable()
class FailingGuard implements CanActivate {
  canActivate = fail;
}

@Injectable()
class FailingPipe implements PipeTransform {
  transform = fail;
}

@Injectable()
class FailingInterceptor implements NestInterceptor {
  intercept = fail;
}

/** Routes that fail in every way that a route can fail. */
@Controller('test')
@Public()
export class TestController {
  // Measures the time between its own ticks: what is above their distance is lag.
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly keyring: Keyring,
  ) {
    this.delay.enable();
  }

  onApplicationShutdown(): void {
    this.delay.disable();
  }

  @Get('throws')
  throws(): never {
    return fail();
  }

  @Get('rejects')
  async rejects(): Promise<never> {
    await sleep(1);
    return fail();
  }

  @Get('guard')
  @UseGuards(FailingGuard)
  guard(): string {
    return 'unreachable';
  }

  @Get('pipe/:id')
  pipe(@Param('id', FailingPipe) id: string): string {
    return id;
  }

  @Get('interceptor')
  @UseInterceptors(FailingInterceptor)
  interceptor(): string {
    return 'unreachable';
  }

  @Get('owner')
  @RequiresRole('owner')
  owner(): Named {
    return { name: 'owner' };
  }

  @Get('unruled-twin')
  @ApiOkResponse({ type: Named })
  lies(): object {
    return { name: 42 };
  }

  @Get('work')
  work(@Query() { limit }: WorkQuery): Named {
    return { name: String(limit) };
  }

  @Post('topics')
  topic(@Body() { topic }: Topic): Named {
    return { name: topic.slice(0, 100) };
  }

  @Get('decrypts')
  decrypts(): string {
    const sealed = this.keyring.seal('secret', 'here');
    return this.keyring.open(`${sealed.slice(0, -2)}AA`, 'here');
  }

  @Get('unique-violation')
  @Throws(Conflict)
  async uniqueViolation(): Promise<void> {
    const row = { id: '01890000-0000-7000-8000-000000000001', email: 'twin@example.org', name: 'Twin' };
    await this.transactions.run(async (tx) => {
      await tx.insert(User, row);
      await tx.insert(User, { ...row, email: 'other@example.org' });
    });
  }

  @Get('foreign-key-violation')
  @Throws(Conflict)
  async foreignKeyViolation(): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO memberships (organization_id, user_id, role) VALUES (gen_random_uuid(), gen_random_uuid(), 'owner')`,
    );
  }

  @Get('bad-uuid/:id')
  async badUuid(@Param('id') id: string): Promise<unknown> {
    return this.dataSource.query('SELECT * FROM users WHERE id = $1', [id]);
  }

  @Get('slow')
  async slow(): Promise<Named> {
    await this.dataSource.query('SELECT pg_sleep(0.2)');
    return { name: 'done' };
  }

  @Get('slower')
  async slower(): Promise<Named> {
    await this.dataSource.query('SELECT pg_sleep(1)');
    return { name: 'done' };
  }

  /** Runs in the database for a minute, unless it is stopped */
  @Get('hangs')
  async hangs(): Promise<void> {
    await this.dataSource.query('SELECT pg_sleep(60)');
  }

  /** The same inside of a transaction, with a row written before */
  @Post('hangs')
  async hangsInTransaction(@Body() { topic }: Topic): Promise<void> {
    await this.transactions.run(async (tx) => {
      await tx.insert(User, { id: HUNG_USER, email: 'hung@example.org', name: topic });
      await tx.query('SELECT pg_sleep(60)');
    });
  }

  /** Works for a while without anybody's help */
  @Get('works')
  async works(@Query() { limit }: WorkQuery): Promise<Named> {
    await sleep(limit * 10);
    return { name: 'done' };
  }

  /** Never ends, and listens to nobody */
  @Get('stubborn')
  async stubborn(): Promise<void> {
    for (;;) await sleep(1_000);
  }

  @Get('reads')
  async reads(): Promise<Named> {
    const [row] = await this.dataSource.query<[Named]>(`SELECT 'done' AS name`);
    return row;
  }

  /** Stays in a transaction without asking the database anything */
  @Post('dawdles')
  async dawdles(): Promise<Named> {
    await this.transactions.run(async (tx) => {
      await tx.query('SELECT 1');
      await sleep(100);
      await tx.query('SELECT 1');
    });
    return { name: 'done' };
  }

  @Post('writes')
  async writes(): Promise<Named> {
    await this.transactions.run((tx) => tx.query('UPDATE users SET name = name WHERE id = $1', [HUNG_USER]));
    return { name: 'done' };
  }

  @Get('twice-a-second-and-a-half')
  @StrictLimit({ limit: 2, ttl: 1_500 })
  rarely(): Named {
    return { name: 'rarely' };
  }

  @Post('forgets-a-promise')
  forgetsAPromise(): void {
    void Promise.reject(new Error(CANARY));
  }

  @Post('crashes')
  crashes(): void {
    setTimeout(fail, 10);
  }

  @Get('session')
  async session(): Promise<SessionSettings> {
    const [settings] = await this.dataSource.query<[SessionSettings]>(
      `SELECT current_setting('statement_timeout') AS timeout,
      (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS ssl`,
    );
    return settings;
  }

  /** Lag of the event loop since the last time that somebody asked: its 99th percentile */
  @Get('event-loop')
  eventLoop(): EventLoopLag {
    const p99Ms = Math.max(0, this.delay.percentile(99) / 1e6 - RESOLUTION_MS);
    this.delay.reset();
    return { p99Ms };
  }

  /** What is still in use after a collection */
  @Get('heap')
  heap(): HeapUse {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    return { usedBytes: process.memoryUsage().heapUsed };
  }

  @Get('html')
  @Header('content-type', 'text/html')
  @ApiProduces('text/html')
  html(): string {
    return '<p>hello</p>';
  }
}

@Module({ controllers: [TestController] })
export class TestRoutesModule {}
