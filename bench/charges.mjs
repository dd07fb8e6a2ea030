import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Controller, Get, Module } from '@nestjs/common';
import { CurrentActor, RequiresRole } from '../dist/src/core/access/access.decorators.js';
import { Transactions } from '../dist/src/core/database/transactions.js';
import { ProcessLifecycle } from '../dist/src/core/lifecycle/process-lifecycle.js';
import { Meter } from '../dist/src/core/metering/meter.js';
import { serve } from '../dist/src/serve.js';

/** Charges one credit for each request, with its decorators applied as a compiler would. GET is what the load speaks. */
class ChargesController {
  constructor(transactions, meter) {
    this.transactions = transactions;
    this.meter = meter;
  }

  async charge(actor) {
    const reference = `bench:${randomUUID()}`;
    await this.transactions.run((tx) => this.meter.charge(tx, actor, { reference, amount: 1 }));
    return { reference };
  }
}
Reflect.defineMetadata('design:paramtypes', [Transactions, Meter], ChargesController);
const method = [
  ChargesController.prototype,
  'charge',
  Object.getOwnPropertyDescriptor(ChargesController.prototype, 'charge'),
];
for (const decorate of [Get('charges'), RequiresRole('viewer')]) decorate(...method);
CurrentActor()(ChargesController.prototype, 'charge', 0);
Controller('bench')(ChargesController);

class ChargesModule {}
Module({ controllers: [ChargesController] })(ChargesModule);

await serve(new ProcessLifecycle().watch(), [ChargesModule]);
