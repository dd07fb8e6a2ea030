import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { command, say } from '../scripts/environment.ts';
import { cleanUp, cleanUpOnSignals } from './cleanup.ts';
import { availability } from './availability.ts';
import { broadcast } from './broadcast.ts';
import { cache } from './cache.ts';
import { charges } from './charges.ts';
import { deliveries } from './deliveries.ts';
import { events } from './events.ts';
import { guarded } from './guarded.ts';
import { holds } from './holds.ts';
import { inbound } from './inbound.ts';
import { jobs } from './jobs.ts';
import { keys } from './keys.ts';
import { live } from './live.ts';
import { leaveServerProcessor, useAllProcessors } from './machine.ts';
import { logins } from './logins.ts';
import { me } from './me.ts';
import { type Effort, hasPassed, type Measurement, QUICK, THOROUGH } from './measurement.ts';
import { pages } from './pages.ts';
import { profile } from './profile.ts';
import { Report, sentence } from './report.ts';
import { start } from './start.ts';

const MEASUREMENTS: Record<string, Measurement> = {
  me,
  live,
  guarded,
  keys,
  pages,
  jobs,
  events,
  inbound,
  deliveries,
  cache,
  charges,
  holds,
  availability,
  broadcast,
  logins,
  start,
};

/** `npm run bench [-- [--quick] NAMES of MEASUREMENTS]`, or `npm run bench -- profile me [memory]`. */
await command(async () => {
  const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const effort = process.argv.includes('--quick') ? QUICK : THOROUGH;
  cleanUpOnSignals();
  try {
    await (names[0] === 'profile' ? tellProfile(names.slice(1), effort) : measure(names, effort));
  } finally {
    await cleanUp();
  }
});

async function measure(chosen: readonly string[], effort: Effort): Promise<void> {
  const known = Object.keys(MEASUREMENTS);
  const unknown = chosen.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`there is no measurement ${unknown.join(', ')}, only ${known.join(', ')}`);
  const report = new Report(effort.quick);
  for (const [name, measurement] of Object.entries(MEASUREMENTS)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    if (isCut(measurement)) {
      say(`not measured, for want of a feature: ${measurement.title}`);
      continue;
    }
    say(`measuring: ${measurement.title}`);
    if (measurement.pinned) leaveServerProcessor();
    else useAllProcessors();
    const outcome = await measurement.run(effort);
    await report.add(name, measurement, outcome);
    for (const finding of outcome.findings) say(`  ${sentence(finding)}`);
    if (!outcome.findings.every(hasPassed)) process.exitCode = 1;
    // What is still running would disturb the next one.
    await cleanUp();
  }
  await report.writePage(known);
}

function isCut({ of }: Measurement): boolean {
  return of !== undefined && !existsSync(join(import.meta.dirname, '..', 'src', 'features', of));
}

async function tellProfile([name = '', store]: readonly string[], effort: Effort): Promise<void> {
  leaveServerProcessor();
  const lines = await profile(name, effort, store === 'memory' ? 'memory' : 'postgres');
  for (const line of lines) process.stdout.write(`${line}\n`);
}
