import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Membership } from '../../core/identity/membership.entity.js';
import { Organization } from '../../core/identity/organization.entity.js';
import type { PageQuery } from '../../core/pagination/page.dto.js';
import { Pages } from '../../core/pagination/pages.js';
import { type OrganizationPage, toOrganizationView } from './organization.dto.js';

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pages: Pages,
  ) {}

  /** In two statements: a join would be merged from the first organization on, and cost more with every page. */
  async list({ userId }: Actor, request: PageQuery): Promise<OrganizationPage> {
    const { manager } = this.dataSource;
    const mine = manager.createQueryBuilder(Membership, 'membership').where('membership.userId = :userId', { userId });
    const { data, page } = await this.pages.read('organizations', 'organizationId', mine, request);
    const organizations = await manager.findBy(Organization, { id: In(data.map((at) => at.organizationId)) });
    const byId = new Map(organizations.map((organization) => [organization.id, organization]));
    const views = data.flatMap((membership) => {
      const organization = byId.get(membership.organizationId);
      return organization ? [toOrganizationView({ ...membership, organization })] : [];
    });
    return { data: views, page };
  }
}
