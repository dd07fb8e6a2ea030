import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { Authenticators } from './authenticators.js';

@Global()
@Module({
  providers: [Authenticators, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [Authenticators],
})
export class AccessModule {}
