import { type DataSource, getMetadataArgsStorage } from 'typeorm';

export interface SchemaDifference {
  /** Statements that would make the database what the entities say */
  readonly up: readonly string[];
  /** Statements that would take them back */
  readonly down: readonly string[];
}

/** Every class that is declared as an entity by the modules that were imported. */
export function declaredEntities(): (() => void)[] {
  return getMetadataArgsStorage().tables.flatMap(({ target }) =>
    typeof target === 'function' ? [target as () => void] : [],
  );
}

/** Compares the entities with the database that the migrations made: nothing should be left to do. */
export async function schemaDifference(dataSource: DataSource): Promise<SchemaDifference> {
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  const statements = (queries: typeof upQueries) => queries.map(({ query }) => query);
  return { up: statements(upQueries), down: statements(downQueries) };
}
