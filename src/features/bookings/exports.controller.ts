import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { CurrentActor, Public, RequiresRole } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { ById } from '../../core/http/by-id.dto.js';
import { Throws } from '../../core/http/openapi.js';
import { IdempotencyKey } from '../../core/idempotency/idempotency-key.decorator.js';
import { QueueFull } from '../../core/jobs/job.errors.js';
import { InsufficientCredits } from '../../core/metering/metering.errors.js';
import { JobAccepted } from '../../core/user-jobs/user-job.dto.js';
import { JobAlreadyRunning } from '../../core/user-jobs/user-job.errors.js';
import { ExportDownloads } from './export-downloads.js';
import { CreateBookingExport, DownloadQuery, BookingExportView } from './export.dto.js';
import { DownloadLinkInvalid } from './export.errors.js';
import { BookingExports } from './exports.service.js';

const CSV = 'text/csv';

@ApiTags('bookings')
@Controller('bookings/exports')
@RequiresRole('member')
export class BookingExportsController {
  constructor(
    private readonly exports: BookingExports,
    private readonly downloads: ExportDownloads,
  ) {}

  /** Writes the bookings of an event of my organization into a file. It costs credits if it succeeds */
  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @Throws(NotFound, InsufficientCredits, JobAlreadyRunning, QueueFull)
  begin(
    @CurrentActor() actor: Actor,
    @Body() request: CreateBookingExport,
    @IdempotencyKey() key: string,
  ): Promise<JobAccepted> {
    return this.exports.begin(actor, request, key);
  }

  /** A file that I have asked for, with a link to it that works for some minutes */
  @Get(':id')
  @Throws(NotFound)
  read(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<BookingExportView> {
    return this.exports.get(actor, id);
  }

  /** The file, for whoever has the link */
  @Get(':id/file')
  @Public()
  @ApiProduces(CSV)
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @Throws(DownloadLinkInvalid, NotFound)
  async download(@Param() { id }: ById, @Query() { signature }: DownloadQuery): Promise<StreamableFile> {
    const { name, content } = await this.downloads.open(id, signature);
    return new StreamableFile(content, {
      type: `${CSV}; charset=utf-8`,
      disposition: `attachment; filename="${name}"`,
    });
  }
}
