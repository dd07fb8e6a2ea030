import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '../pagination/page.dto.js';
import { AuditEntryView } from './audit-log.dto.js';

export class AdminAuditEntryView extends AuditEntryView {
  /** In whose log it stands; null where nobody's is concerned */
  @ApiProperty({ type: 'string', format: 'uuid', maxLength: 36, nullable: true })
  organizationId: string | null;
}

export class AdminAuditLogPage {
  @ApiProperty({ type: [AdminAuditEntryView], maxItems: 100 })
  data: AdminAuditEntryView[];

  page: PageInfo;
}
