import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { CurrentActor, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import { Conflict } from '../../src/core/errors/core.errors.js';
import { IdempotencyKey } from '../../src/core/idempotency/idempotency-key.decorator.js';
import { Idempotency } from '../../src/core/idempotency/idempotency.service.js';
import { Purchase, TestPurchaseView } from './keyed.dto.js';
import { Named } from './routes.dto.js';

export const PURCHASES = 'CREATE TABLE test_purchases (id uuid PRIMARY KEY, thing text NOT NULL)';

/** Buys things, once each. */
@Controller('test/keyed')
@RequiresRole('member')
export class KeyedController {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly dataSource: DataSource,
  ) {}

  @Post()
  buy(
    @CurrentActor() actor: Actor,
    @Body() request: Purchase,
    @IdempotencyKey() key: string,
  ): Promise<TestPurchaseView> {
    return this.once(actor, 'test.buy', key, request, request);
  }

  @Post(':shop')
  buyIn(
    @CurrentActor() actor: Actor,
    @Param('shop') shop: string,
    @Body() request: Purchase,
    @IdempotencyKey() key: string,
  ): Promise<TestPurchaseView> {
    return this.once(actor, 'test.buyIn', key, { shop, ...request }, request);
  }

  @Get('database')
  async database(): Promise<Named> {
    await this.dataSource.query('SELECT 1');
    return { name: 'there' };
  }

  private once(actor: Actor, operation: string, key: string, request: object, purchase: Purchase) {
    return this.idempotency.once({ actor, operation, key, request }, async (tx) => {
      const id = randomUUID();
      await tx.query('INSERT INTO test_purchases (id, thing) VALUES ($1, $2)', [id, purchase.thing]);
      await sleep(purchase.takesMs ?? 0);
      if (purchase.isRefused) throw new Conflict();
      return { thing: purchase.thing, id, at: new Date() };
    });
  }
}

@Module({ controllers: [KeyedController] })
export class KeyedModule {}
