import type { Tx } from '../database/transactions.js';
import { isDeclared } from './across-organizations.decorator.js';
import { OwnRows } from './own-rows.js';
import { isTenantEntity, type OfTenant, type TenantClass } from './tenant-entity.js';
import { VisibleRows } from './visible-rows.js';

/**
 * The only way to the rows of an organization: `scope(tx, actor).of(Booking)` adds it to every statement.
 * @param tenant the actor or, for work without one, a row of the organization; never anything of a request's body
 */
export function scope(tx: Tx, { organizationId }: Readonly<OfTenant>) {
  return {
    of<E extends OfTenant>(entity: TenantClass<E>): OwnRows<E> {
      return new OwnRows(tx, checked(entity), organizationId);
    },
  };
}

/**
 * What everybody may see, to read only.
 * @param reason the same that a route gives with `@AcrossOrganizations(reason)`
 * @throws Error if no route gives it
 */
export function acrossOrganizations(tx: Tx, reason: string) {
  if (!isDeclared(reason)) throw new Error(`No route has @AcrossOrganizations('${reason}').`);
  return {
    of<E extends OfTenant>(entity: TenantClass<E>): VisibleRows<E> {
      return new VisibleRows(tx, checked(entity));
    },
  };
}

function checked<E extends OfTenant>(entity: TenantClass<E>): TenantClass<E> {
  if (!isTenantEntity(entity)) throw new Error(`${entity.name} has no @TenantEntity().`);
  return entity;
}
