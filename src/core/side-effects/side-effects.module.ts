import { Global, Module } from '@nestjs/common';
import { OptionalInitializers } from './optional-initializers.js';
import { SideEffects } from './side-effects.js';

@Global()
@Module({ providers: [SideEffects, OptionalInitializers], exports: [SideEffects, OptionalInitializers] })
export class SideEffectsModule {}
