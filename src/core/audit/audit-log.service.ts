import { Injectable } from '@nestjs/common';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import type { Actor } from '../access/actor.js';
import { type Page, Pages } from '../pagination/pages.js';
import { acrossOrganizations, scope } from '../tenancy/scope.js';
import type { AdminAuditLogPage } from './admin-audit-log.dto.js';
import { AuditAddress } from './audit-address.entity.js';
import { AuditEntry } from './audit-entry.entity.js';
import type { AuditEntryView, AuditLogPage, AuditLogQuery } from './audit-log.dto.js';

export const OF_ALL = 'administrators see what was done in all organizations, and in none';

/** The audit log of an organization, or of all, to be read. */
@Injectable()
export class AuditLogService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pages: Pages,
  ) {}

  list(actor: Actor, request: AuditLogQuery): Promise<AuditLogPage> {
    const own = scope(this.dataSource.manager, actor).of(AuditEntry).select('entry');
    return this.read('audit log', own, request, toView);
  }

  listAll(request: AuditLogQuery): Promise<AdminAuditLogPage> {
    const all = acrossOrganizations(this.dataSource.manager, OF_ALL).of(AuditEntry).select('entry');
    return this.read('admin audit log', all, request, (entry, address) => ({
      ...toView(entry, address),
      organizationId: entry.organizationId,
    }));
  }

  private async read<V>(
    list: string,
    query: SelectQueryBuilder<AuditEntry>,
    request: AuditLogQuery,
    view: (entry: AuditEntry, address: string | null) => V,
  ): Promise<Page<V>> {
    const { action, actorId, from, to } = request;
    if (action !== undefined) query.andWhere('entry.action = :action', { action });
    if (actorId !== undefined) query.andWhere('entry.actorId = :actorId', { actorId });
    if (from !== undefined) query.andWhere('entry.at >= :from', { from: new Date(from) });
    if (to !== undefined) query.andWhere('entry.at < :to', { to: new Date(to) });
    query.leftJoinAndMapOne('entry.from', AuditAddress, 'from', 'from.entryId = entry.id');
    const { data, page } = await this.pages.read(list, { desc: ['at', 'id'] }, query, request);
    return { data: data.map((entry) => view(entry, addressOf(entry))), page };
  }
}

/** Null once it is erased, or its time is over. */
function addressOf(entry: AuditEntry & { readonly from?: AuditAddress | null }): string | null {
  return entry.from?.address ?? null;
}

function toView(entry: AuditEntry, address: string | null): AuditEntryView {
  const { id, actorId, action, targetType, targetId, requestId, at } = entry;
  return { id, actorId, action, targetType, targetId, address, requestId, at: at.toISOString() };
}
