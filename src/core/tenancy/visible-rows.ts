import type { FindManyOptions, FindOneOptions, FindOptionsWhere, SelectQueryBuilder } from 'typeorm';
import type { Tx } from '../database/transactions.js';
import { NotFound } from '../errors/core.errors.js';
import type { OfTenant, TenantClass } from './tenant-entity.js';

/** Rows that may be read: of one organization or, with a reason, of all. */
export class VisibleRows<E extends OfTenant> {
  constructor(
    protected readonly tx: Tx,
    protected readonly entity: TenantClass<E>,
    private readonly only?: string,
  ) {}

  /** A query to go on with, for joins, pages and sums. */
  select(alias: string): SelectQueryBuilder<E> {
    const query = this.tx.createQueryBuilder(this.entity, alias);
    if (this.only === undefined) return query;
    // Not with `where`, which the next `where` would replace, and the next `orWhere` get around.
    query.expressionMap.extraAppendedAndWhereCondition = `${alias}.organizationId = :scopedOrganizationId`;
    return query.setParameter('scopedOrganizationId', this.only);
  }

  find(options: FindManyOptions<E> = {}): Promise<E[]> {
    return this.select('row').setFindOptions(options).getMany();
  }

  findOne(options: FindOneOptions<E>): Promise<E | null> {
    return this.select('row').setFindOptions(options).take(1).getOne();
  }

  /**
   * @param what how the error calls it
   * @throws {NotFound} also if it is there, but of another organization: that it exists is their secret
   */
  async get(where: FindOptionsWhere<E>, what?: string): Promise<E> {
    const found = await this.findOne({ where });
    if (found === null) throw new NotFound(what);
    return found;
  }
}
