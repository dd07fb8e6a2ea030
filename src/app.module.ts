import { Module, type Type } from '@nestjs/common';
import { CoreModule } from './core/core.module.js';
import * as features from './features/index.js';

@Module({ imports: [CoreModule, ...Object.values<Type>(features)] })
export class AppModule {}
