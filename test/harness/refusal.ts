import { declaredVariables } from '../../src/core/config/define-config.js';
import '../../src/app.module.js';
import type { Environment } from './environment.js';
import { AppProcess, PRODUCTION } from './process.js';

// Nobody asks for the database before the configuration is right.
const DATABASE_URL = 'postgresql://nobody@127.0.0.1:1/nothing';

/** It takes about one second; on a machine that is busy with other tests, several. */
const SOON_MS = 15_000;

export interface Refusal {
  readonly stderr: string;
  /** The variables that standard error names, sorted */
  readonly named: string[];
}

/**
 * Starts production with these changes, which it must refuse: soon, with code 1, without opening its port, and without
 * telling the value of what it refuses.
 */
export async function refusal(changes: Environment): Promise<Refusal> {
  const started = Date.now();
  const app = await AppProcess.spawn({ ...PRODUCTION, DATABASE_URL, ...changes });
  const opened = await app.everListens();
  const { code } = await app.exit;
  expect({ opened, code, soon: Date.now() - started < SOON_MS }).toEqual({ opened: false, code: 1, soon: true });
  for (const [name, value = ''] of Object.entries(changes)) {
    if (/SECRET|KEY|PORT/.test(name) && value !== '') expect(app.stderr).not.toContain(value);
  }
  return { stderr: app.stderr, named: variableNames().filter((name) => new RegExp(`\\b${name}\\b`).test(app.stderr)) };
}

/** Every variable that the application declares, sorted. */
export function variableNames(): string[] {
  return declaredVariables()
    .map(({ name }) => name)
    .sort();
}
