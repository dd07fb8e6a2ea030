import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpiredRows } from '../database/expired-rows.js';
import { Event } from './event.entity.js';
import { Events } from './events.service.js';

@Global()
@Module({ imports: [TypeOrmModule.forFeature([Event])], providers: [Events], exports: [Events] })
export class EventsModule {
  constructor(expired: ExpiredRows) {
    expired.sweep('events');
  }
}
