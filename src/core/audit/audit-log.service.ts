import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { Actor } from '../access/actor.js';
import { Pages } from '../pagination/pages.js';
import { scope } from '../tenancy/scope.js';
import { AuditAddress } from './audit-address.entity.js';
import { AuditEntry } from './audit-entry.entity.js';
import type { AuditEntryView, AuditLogPage, AuditLogQuery } from './audit-log.dto.js';

/** The audit log of an organization, to be read. */
@Injectable()
export class AuditLogService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pages: Pages,
  ) {}

  async list(actor: Actor, request: AuditLogQuery): Promise<AuditLogPage> {
    const { manager } = this.dataSource;
    const query = scope(manager, actor).of(AuditEntry).select('entry');
    const { action, actorId, from, to } = request;
    if (action !== undefined) query.andWhere('entry.action = :action', { action });
    if (actorId !== undefined) query.andWhere('entry.actorId = :actorId', { actorId });
    if (from !== undefined) query.andWhere('entry.at >= :from', { from: new Date(from) });
    if (to !== undefined) query.andWhere('entry.at < :to', { to: new Date(to) });
    const { data, page } = await this.pages.read('audit log', { desc: ['at', 'id'] }, query, request);
    const addresses = await manager.findBy(AuditAddress, { entryId: In(data.map(({ id }) => id)) });
    const known = new Map(addresses.map(({ entryId, address }) => [entryId, address]));
    return { data: data.map((entry) => toView(entry, known.get(entry.id) ?? null)), page };
  }
}

function toView(entry: AuditEntry, address: string | null): AuditEntryView {
  const { id, actorId, action, targetType, targetId, requestId, at } = entry;
  return { id, actorId, action, targetType, targetId, address, requestId, at: at.toISOString() };
}
