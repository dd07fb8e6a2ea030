import 'reflect-metadata';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Public, RequiresRole } from '../dist/src/core/access/access.decorators.js';
import { UsersService } from '../dist/src/core/identity/users.service.js';
import { ProcessLifecycle } from '../dist/src/core/lifecycle/process-lifecycle.js';
import { serve } from '../dist/src/serve.js';

/** One read twice, with its decorators applied as a compiler would: they differ in who may ask, and in nothing else. */
class TwinsController {
  constructor(users, dataSource) {
    this.users = users;
    this.dataSource = dataSource;
  }

  open(id) {
    return this.read(id);
  }

  guarded(id) {
    return this.read(id);
  }

  async read(id) {
    const { email, name, createdAt } = await this.users.get(this.dataSource.manager, id);
    return { id, email, name, createdAt: createdAt.toISOString() };
  }
}
Reflect.defineMetadata('design:paramtypes', [UsersService, DataSource], TwinsController);
for (const [name, rule] of Object.entries({ open: Public(), guarded: RequiresRole('viewer') })) {
  const method = [TwinsController.prototype, name, Object.getOwnPropertyDescriptor(TwinsController.prototype, name)];
  for (const decorate of [Get(`${name}/:id`), rule]) decorate(...method);
  Param('id')(TwinsController.prototype, name, 0);
}
Controller('users/twins')(TwinsController);

class TwinsModule {}
Module({ controllers: [TwinsController] })(TwinsModule);

await serve(new ProcessLifecycle().watch(), [TwinsModule]);
