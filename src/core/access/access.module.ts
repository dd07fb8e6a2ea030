import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { ActorGuard } from './actor.guard.js';
import { Authenticators } from './authenticators.js';
import { Connections } from './connections.js';
import { KnownScopes } from './known-scopes.js';

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [Authenticators, Connections, KnownScopes, ActorGuard, AccessGuard],
  exports: [Authenticators, Connections, KnownScopes, ActorGuard, AccessGuard],
})
export class AccessModule {}
