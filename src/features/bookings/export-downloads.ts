import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { outlivingRequest } from '../../core/http/request-context.js';
import { scope } from '../../core/tenancy/scope.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { ExportLinks } from './export-links.js';
import { BookingExportPart } from './export-part.entity.js';
import { BookingExport, downloadable } from './export.entity.js';

/** Parts that wait for a client who is slow: a stream would have sixteen. */
const ONE = { highWaterMark: 1 };

/** A file on its way. */
export interface DownloadedExport {
  readonly name: string;
  readonly content: Readable;
}

/** Hands out files to whoever has a link. */
@Injectable()
export class ExportDownloads {
  constructor(
    private readonly dataSource: DataSource,
    private readonly links: ExportLinks,
  ) {}

  /** @throws {DownloadLinkInvalid}. @throws {NotFound} if the file is gone since the link was made */
  async open(id: string, signature: string): Promise<DownloadedExport> {
    const seller = this.links.open(id, signature);
    const { manager } = this.dataSource;
    const { eventId } = await scope(manager, seller)
      .of(BookingExport)
      .get({ ...downloadable(), id }, 'The export');
    const count = await scope(manager, seller).of(BookingExportPart).select('part').where({ exportId: id }).getCount();
    return { name: `bookings-${eventId}.csv`, content: Readable.from(this.parts(seller, id, count), ONE) };
  }

  /**
   * Each is read when the client has taken the one before: little piles up, and nobody holds a connection meanwhile.
   * @throws {NotFound} so that a download breaks off, and does not look whole, if the file goes meanwhile
   */
  private async *parts(seller: OfTenant, exportId: string, count: number): AsyncGenerator<string> {
    const parts = scope(this.dataSource.manager, seller).of(BookingExportPart);
    for (let number = 0; number < count; number++) {
      const { content } = await outlivingRequest(() => parts.get({ exportId, number }, 'The export'));
      yield content;
    }
  }
}
