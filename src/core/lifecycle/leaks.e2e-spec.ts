import { cloneDatabase } from '../../../test/harness/database.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';

interface Report {
  readonly before: number[];
  readonly after: number[];
  readonly warnings: string[];
  readonly resources: string[];
}

async function openAndClose(cycles: number): Promise<Report> {
  const env = { ...PRODUCTION, LOG_LEVEL: 'silent', DATABASE_URL: await cloneDatabase() };
  const app = await AppProcess.spawn(env, 'test/fixtures/opens-and-closes.js', [String(cycles)]);
  expect(await app.exit).toEqual({ code: 0, signal: null });
  return JSON.parse(app.stdout) as Report;
}

describe('an application that was closed', () => {
  it('[R-18] #2 leaves no handle: the process ends by itself', async () => {
    expect((await openAndClose(1)).resources).toEqual([]);
  });

  it('[R-18] #3 leaves no listener, fifty times', async () => {
    const { before, after, warnings } = await openAndClose(50);
    expect(after).toEqual(before);
    expect(warnings).toEqual([]);
  }, 60_000);
});
