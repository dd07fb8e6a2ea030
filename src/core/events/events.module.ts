import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PersonalData } from '../privacy/personal-data.js';
import { Retention } from '../retention/retention.js';
import { Event } from './event.entity.js';
import { Events } from './events.service.js';
import { Subscribers } from './subscribers.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Event]), DiscoveryModule],
  providers: [Subscribers, Events],
  exports: [Events],
})
export class EventsModule {
  constructor(retention: Retention, personalData: PersonalData) {
    retention.expire('events');
    personalData.declare({
      table: 'events',
      whose: 'organization_id = ANY (closing_ids)',
      tells: ['id', 'organization_id', 'name', 'payload', 'created_at', 'expires_at'],
      mentions: { payload: 'json' },
    });
  }
}
