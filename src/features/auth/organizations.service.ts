import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Membership } from '../../core/identity/membership.entity.js';
import type { PageQuery } from '../../core/pagination/page.dto.js';
import { Pages } from '../../core/pagination/pages.js';
import { type OrganizationPage, toOrganizationView } from './organization.dto.js';

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pages: Pages,
  ) {}

  async list({ userId }: Actor, request: PageQuery): Promise<OrganizationPage> {
    const mine = this.dataSource.manager
      .createQueryBuilder(Membership, 'membership')
      .innerJoinAndSelect('membership.organization', 'organization')
      .where('membership.userId = :userId', { userId });
    const { data, page } = await this.pages.read('organizations', 'organizationId', mine, request);
    return { data: data.map(toOrganizationView), page };
  }
}
