import { Global, Module } from '@nestjs/common';
import { AccessGuard } from './access.guard.js';
import { ActorGuard } from './actor.guard.js';
import { Authenticators } from './authenticators.js';

@Global()
@Module({
  providers: [Authenticators, ActorGuard, AccessGuard],
  exports: [Authenticators, ActorGuard, AccessGuard],
})
export class AccessModule {}
