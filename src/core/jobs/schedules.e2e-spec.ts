import { Injectable, Module } from '@nestjs/common';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { defineJob } from './define-job.js';
import { type Handles, JobHandler } from './job-handler.decorator.js';

class Nothing {}

const tick = defineJob('test-clock.tick', Nothing, { cron: '* * * * *' });

@Injectable()
@JobHandler(tick)
class Clock implements Handles<Nothing> {
  handle(): Promise<void> {
    return Promise.resolve();
  }
}

@Module({ providers: [Clock] })
class ClockModule {}

const schedules = (test: TestApp) =>
  sql<{ name: string }>(test.databaseUrl, `SELECT name FROM pgboss.schedule WHERE name LIKE 'test-%'`);

describe('a schedule', () => {
  it('[R-61] #2 fires once, however many instances there are', async () => {
    const one = await TestApp.start({ modules: [ClockModule] });
    await TestApp.start({ modules: [ClockModule], databaseUrl: one.databaseUrl });
    const ticks = () =>
      sql<{ minute: Date; count: number }>(
        one.databaseUrl,
        `SELECT date_trunc('minute', created_on) AS minute, count(*)::int AS count FROM pgboss.job
          WHERE name = 'test-clock.tick' GROUP BY 1`,
      );
    await eventually(async () => expect((await ticks()).length).toBeGreaterThan(0), 100_000);
    for (const { count } of await ticks()) expect(count).toBe(1);
  }, 120_000);

  it('ends with the work that it was for', async () => {
    const one = await TestApp.start({ modules: [ClockModule] });
    expect(await schedules(one)).toEqual([{ name: 'test-clock.tick' }]);
    const later = await TestApp.start({ databaseUrl: one.databaseUrl });
    expect(await schedules(later)).toEqual([]);
  });
});
