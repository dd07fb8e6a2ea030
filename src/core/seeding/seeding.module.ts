import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { DemoSeeds } from './demo-seeds.js';
import { seedingConfig } from './seeding.config.js';

@Global()
@Module({ imports: [ConfigModule.forFeature(seedingConfig)], providers: [DemoSeeds], exports: [DemoSeeds] })
export class SeedingModule {}
