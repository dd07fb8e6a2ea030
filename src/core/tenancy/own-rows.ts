import type { DeepPartial, FindOptionsWhere, QueryDeepPartialEntity } from 'typeorm';
import type { Tx } from '../database/transactions.js';
import type { OfTenant, TenantClass } from './tenant-entity.js';
import { VisibleRows } from './visible-rows.js';

/** Values of columns, or SQL for them. The organization is the scope's to say. */
export type Values<E extends OfTenant> = {
  [P in Exclude<keyof E, 'organizationId'>]?: E[P] | (() => string);
} & { organizationId?: never };

/** What a row must be like. `{}` would be all of them, and is refused. */
export type Condition<E extends OfTenant> = Omit<FindOptionsWhere<E>, 'organizationId'>;

/** The rows of one organization. */
export class OwnRows<E extends OfTenant> extends VisibleRows<E> {
  constructor(
    tx: Tx,
    entity: TenantClass<E>,
    private readonly organizationId: string,
  ) {
    super(tx, entity, organizationId);
  }

  /** @returns the rows, with what the database adds; a value that was given as SQL stays that */
  async insert<R extends Values<E>[]>(...rows: R): Promise<{ [Row in keyof R]: E }> {
    const values = rows.map((row) => ({ ...this.columns(row), organizationId: this.organizationId }));
    if (values.length > 0) await this.tx.insert(this.entity, values);
    const whole = values.map((row) => ({ ...this.nulls(), ...row })) as DeepPartial<E>[];
    return this.tx.create(this.entity, whole) as { [Row in keyof R]: E };
  }

  /** @returns how many rows it found: 0 where somebody else came first, if the condition says what it must be */
  async update(where: Condition<E>, values: Values<E>): Promise<number> {
    const mine = this.mine(where);
    // What was left out of a request is undefined, and TypeORM would not know what to do with nothing.
    if (Object.values(values).every((value) => value === undefined)) return this.tx.countBy(this.entity, mine);
    const { affected } = await this.tx.update(this.entity, mine, this.columns(values));
    return affected ?? 0;
  }

  /** @returns how many rows were deleted */
  async delete(where: Condition<E>): Promise<number> {
    const { affected } = await this.tx.delete(this.entity, this.mine(where));
    return affected ?? 0;
  }

  private mine(where: Condition<E>): object {
    if (Object.keys(where).length === 0) throw new Error('To change every row of an organization, say so in SQL.');
    return { ...where, organizationId: this.organizationId };
  }

  /** What the database makes of columns that nobody speaks of. */
  private nulls(): object {
    const { columns } = this.tx.dataSource.getMetadata(this.entity);
    const nullable = columns.filter((column) => column.isNullable && column.default === undefined);
    return Object.fromEntries(nullable.map(({ propertyName }) => [propertyName, null]));
  }

  /** A related object would bring its own ids, and with them another organization's. */
  private columns(values: Values<E>): QueryDeepPartialEntity<E> {
    const relation = this.tx.dataSource
      .getMetadata(this.entity)
      .relations.find(({ propertyName }) => propertyName in values);
    if (relation) throw new Error(`${relation.propertyName} is set by the columns of its key.`);
    if ('organizationId' in values) throw new Error('The organization comes from the scope.');
    return values;
  }
}
