import { Module } from '@nestjs/common';
import { SystemController } from './system.controller.js';

/** What administrators see of the platform. */
@Module({ controllers: [SystemController] })
export class SystemModule {}
