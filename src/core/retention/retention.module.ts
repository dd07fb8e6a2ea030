import { Global, Module } from '@nestjs/common';
import { Retention } from './retention.js';
import { Sweep } from './sweep.js';

@Global()
@Module({ providers: [Retention, Sweep], exports: [Retention] })
export class RetentionModule {}
