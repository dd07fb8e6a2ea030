import { Global, Module } from '@nestjs/common';
import { Meter } from './meter.js';

@Global()
@Module({ providers: [Meter], exports: [Meter] })
export class MeteringModule {}
