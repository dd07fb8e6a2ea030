import { DefaultNamingStrategy, type NamingStrategyInterface, Table } from 'typeorm';

const snakeCase = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

/** Names as PostgreSQL itself gives them, so that hand-written migrations and entities agree without effort. */
export class NamingStrategy extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(property: string, custom: string | undefined, prefixes: string[]): string {
    return snakeCase([...prefixes, custom ?? property].join('_'));
  }

  override joinColumnName(relation: string, referencedColumn: string): string {
    return snakeCase(`${relation}_${referencedColumn}`);
  }

  override primaryKeyName(table: Table | string): string {
    return `${tableOf(table)}_pkey`;
  }

  override uniqueConstraintName(table: Table | string, columns: string[]): string {
    return `${tableOf(table)}_${columns.join('_')}_key`;
  }

  override foreignKeyName(table: Table | string, columns: string[]): string {
    // TypeORM puts the columns of a primary key first; keys of organizations begin with the organization.
    const ordered = columns.toSorted((a, b) => Number(b === 'organization_id') - Number(a === 'organization_id'));
    return `${tableOf(table)}_${ordered.join('_')}_fkey`;
  }

  override indexName(table: Table | string, columns: string[]): string {
    return `${tableOf(table)}_${columns.join('_')}_idx`;
  }
}

function tableOf(table: Table | string): string {
  const name = table instanceof Table ? table.name : table;
  return name.slice(name.indexOf('.') + 1);
}
