import { connect } from '../../core/database/connect.js';
import { dataSourceOptions } from '../../core/database/data-source-options.js';
import { databaseConfig } from '../../core/database/database.config.js';
import { isComplete } from '../../core/database/migrations.js';
import { refuseStart } from '../../core/lifecycle/refuse-start.js';
import { StartRefused } from '../../core/lifecycle/start-refused.js';
import { type CreditReconciliation, reconcileCredits } from './credit-reconciliation.js';

/** @throws {StartRefused} for what the operator can mend */
async function reconcile(): Promise<CreditReconciliation> {
  const config = databaseConfig();
  const dataSource = await connect(
    { ...dataSourceOptions(config, () => undefined), poolSize: 1 },
    config.startTimeoutMs,
  );
  try {
    if (!(await isComplete(config))) throw new StartRefused('The database has pending migrations: run them first.');
    return await reconcileCredits(dataSource.manager);
  } finally {
    await dataSource.destroy();
  }
}

/** The process: each account that differs is a line of JSON on standard output, and then it ends with 1. */
export async function main(): Promise<void> {
  const { accounts, differences } = await reconcile().catch(refuseStart);
  process.stderr.write(`${accounts} accounts, ${differences.length} of them differ from their entries.\n`);
  for (const difference of differences) process.stdout.write(`${JSON.stringify(difference)}\n`);
  if (differences.length > 0) process.exitCode = 1;
}

if (import.meta.main) await main();
