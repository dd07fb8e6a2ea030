import { Global, Module } from '@nestjs/common';
import { AccessGuard } from './access.guard.js';
import { ActorGuard } from './actor.guard.js';
import { Authenticators } from './authenticators.js';
import { Connections } from './connections.js';

@Global()
@Module({
  providers: [Authenticators, Connections, ActorGuard, AccessGuard],
  exports: [Authenticators, Connections, ActorGuard, AccessGuard],
})
export class AccessModule {}
