import { Module, type Type } from '@nestjs/common';
import { TestApp } from './app.js';
import { sql } from './database.js';
import type { Environment } from './environment.js';
import { NOTES } from './note.entity.js';
import { NotesModule } from './notes.controller.js';
import { METRICS } from './process.js';
import { REPORTS, ReportsModule } from './reports.js';
import type { Route } from './schemas.js';
import { SignedEventsModule } from './signed-events.js';
import { givenEnvironment } from './valid-requests.js';

/** How long a crawl may take: it grows with the application, and somebody's has hundreds of routes. */
export const CRAWL_MS = 600_000;

/** What a request does is all that happens: a job that it begins would change things a moment later. */
const NOBODY_WORKS = { JOBS_CONCURRENCY: '0' };

/**
 * The application with modules that are as features should be, so that no crawl finds nothing to look at, and with
 * controllers below `/v1/planted` that are not.
 */
export async function crawledApp(planted: Type[] = [], env?: Environment): Promise<TestApp> {
  @Module({ controllers: planted })
  class PlantedModule {}
  const test = await TestApp.start({
    modules: [NotesModule, ReportsModule, SignedEventsModule, PlantedModule],
    env: { ...METRICS.env, ...NOBODY_WORKS, ...(await givenEnvironment()), ...env },
  });
  await sql(test.databaseUrl, `${NOTES}; ${REPORTS}`);
  return test;
}

/**
 * Looks at each route. What goes wrong with one is said of it, in a line, and the others are looked at all the same.
 * @param look returns what is wrong with a route and how to mend it
 */
export async function crawl(
  routes: readonly Route[],
  look: (route: Route) => Promise<string | string[] | undefined>,
): Promise<string[]> {
  const faults: string[] = [];
  for (const route of routes) {
    const found = await look(route).catch((thrown: Error) => thrown.message);
    faults.push(...[found ?? []].flat().map((fault) => `${route.name}: ${fault}`));
  }
  return faults;
}

/** What was found among the planted routes, and what elsewhere, which is to be mended. */
export function apart(faults: readonly string[]): { planted: string[]; own: string[] } {
  const isPlanted = (fault: string) => fault.includes('/v1/planted');
  return { planted: faults.filter(isPlanted), own: faults.filter((fault) => !isPlanted(fault)) };
}
