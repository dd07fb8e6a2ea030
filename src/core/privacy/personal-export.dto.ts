import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '../pagination/page.dto.js';
import type { Archive } from './personal-data.js';
import type { PersonalExport } from './personal-export.entity.js';

/** An archive that can be fetched. */
export class ExportView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;

  /** Until when it can be fetched */
  @ApiProperty({ format: 'date-time', maxLength: 30 })
  expiresAt: string;
}

export class ExportPage {
  @ApiProperty({ type: [ExportView], maxItems: 100 })
  data: ExportView[];

  page: PageInfo;
}

/** All that was known of somebody when it was asked for. */
export class ArchiveView extends ExportView {
  /** The rows of each table that are theirs. Passwords and other secrets are left out. */
  @ApiProperty({ type: 'object', additionalProperties: true, maxProperties: 1_000 })
  content: Archive;
}

export const toExportView = ({ id, createdAt, expiresAt }: PersonalExport): ExportView => ({
  id,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});
