import { Injectable } from '@nestjs/common';
import { DataSource, In, type SelectQueryBuilder } from 'typeorm';
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
    const { data, page } = await this.pages.read(list, { desc: ['at', 'id'] }, query, request);
    const addresses = await this.addressesOf(data);
    return { data: data.map((entry) => view(entry, addresses.get(entry.id) ?? null)), page };
  }

  private async addressesOf(entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, string>> {
    const ids = entries.map(({ id }) => id);
    const known = await this.dataSource.manager.findBy(AuditAddress, { entryId: In(ids) });
    return new Map(known.map(({ entryId, address }) => [entryId, address]));
  }
}

function toView(entry: AuditEntry, address: string | null): AuditEntryView {
  const { id, actorId, action, targetType, targetId, requestId, at } = entry;
  return { id, actorId, action, targetType, targetId, address, requestId, at: at.toISOString() };
}
