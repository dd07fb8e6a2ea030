import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Retention } from '../retention/retention.js';
import { Erasure } from './erasure.service.js';
import { Exporting } from './export.job.js';
import { ExportsController } from './exports.controller.js';
import { Exports } from './exports.service.js';
import { PersonalData } from './personal-data.js';
import { PersonalExport } from './personal-export.entity.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([PersonalExport])],
  controllers: [ExportsController],
  providers: [Erasure, Exporting, Exports, PersonalData],
  exports: [Erasure, PersonalData],
})
export class PrivacyModule {
  constructor(retention: Retention, personalData: PersonalData) {
    retention.expire('personal_exports');
    personalData.declare({
      table: 'personal_exports',
      tells: ['id', 'user_id', 'created_at', 'expires_at'],
      withholds: { content: 'an archive in the archive would be the same once more' },
    });
  }
}
