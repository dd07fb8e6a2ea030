import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Retention } from '../../core/retention/retention.js';
import { bookingsConfig } from './bookings.config.js';
import { ExportDownloads } from './export-downloads.js';
import { ExportLinks } from './export-links.js';
import { BookingExportPart } from './export-part.entity.js';
import { BookingExport } from './export.entity.js';
import { Exporting } from './export.job.js';
import { BookingExportsController } from './exports.controller.js';
import { ExportsOfPeople } from './exports.personal-data.js';
import { BookingExports } from './exports.service.js';

/** The bookings of an event as a file, for credits. */
@Module({
  imports: [ConfigModule.forFeature(bookingsConfig), TypeOrmModule.forFeature([BookingExport, BookingExportPart])],
  controllers: [BookingExportsController],
  providers: [BookingExports, ExportDownloads, ExportLinks, Exporting, ExportsOfPeople],
})
export class ExportsModule {
  constructor(retention: Retention) {
    // The large rows first, a thousand at a time: an export that goes with all of its parts is one statement.
    retention.expire('booking_export_parts');
    retention.expire('booking_exports');
  }
}
