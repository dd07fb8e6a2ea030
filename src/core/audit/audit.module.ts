import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PersonalData } from '../privacy/personal-data.js';
import { Retention } from '../retention/retention.js';
import { AdminAuditLogController } from './admin-audit-log.controller.js';
import { AdministrationGuard } from './administration.guard.js';
import { Anomalies } from './anomalies.js';
import { AuditAddress } from './audit-address.entity.js';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditLogController } from './audit-log.controller.js';
import { AuditLogService } from './audit-log.service.js';
import { AUDIT } from './audit.personal-data.js';
import { Audit } from './audit.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEntry, AuditAddress])],
  controllers: [AuditLogController, AdminAuditLogController],
  providers: [AdministrationGuard, Anomalies, Audit, AuditLogService],
  exports: [AdministrationGuard, Anomalies, Audit],
})
export class AuditModule {
  constructor(retention: Retention, personalData: PersonalData) {
    retention.expire('audit_addresses');
    personalData.declare(...AUDIT);
  }
}
