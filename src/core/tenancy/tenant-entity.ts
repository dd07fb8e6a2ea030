/** A row that belongs to an organization. */
export interface OfTenant {
  organizationId: string;
}

export type TenantClass<E extends OfTenant> = new () => E;

const marked = new Set<TenantClass<OfTenant>>();

/**
 * Class decorator of an entity whose rows belong to an organization each. They are reached through `scope(tx, actor)`:
 * to give the class to TypeORM itself is a lint error (`scripts/eslint/tenant-entities.mjs`, which reads this mark).
 */
export const TenantEntity =
  () =>
  (entity: TenantClass<OfTenant>): void =>
    void marked.add(entity);

export const isTenantEntity = (entity: unknown): boolean => marked.has(entity as TenantClass<OfTenant>);
