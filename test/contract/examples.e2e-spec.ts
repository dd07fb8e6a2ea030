import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Transactions } from '../../src/core/database/transactions.js';
import { Events } from '../../src/core/events/events.service.js';
import { Inbox } from '../../src/core/messaging/inbox.js';
import type { JobView } from '../../src/core/user-jobs/user-job.dto.js';
import { UserJobs } from '../../src/core/user-jobs/user-jobs.service.js';
import { parcelPosted, Scales } from '../examples/event.js';
import { Weighing } from '../examples/job.js';
import { ParcelMails } from '../examples/mail.js';
import { post, PostOffice } from '../examples/outbound.js';
import { Counting, countParcels } from '../examples/user-job.js';
import { TestApp } from '../harness/app.js';
import { sql } from '../harness/database.js';
import { eventually } from '../harness/eventually.js';
import { ROOT } from '../harness/process.js';
import { says, StubUpstream } from '../harness/upstream.js';

const PAGE = join(ROOT, 'docs', 'platform.md');
const EXAMPLES = join(ROOT, 'test', 'examples');
const MOST_LINES = 20;

@Module({ providers: [Weighing, Counting, Scales, ParcelMails, PostOffice] })
class ExamplesModule {}

describe('the examples of the page about the platform', () => {
  const page = readFileSync(PAGE, 'utf8');
  // As in a feature, which is one folder nearer to core.
  const shown = (file: string) =>
    readFileSync(join(EXAMPLES, file), 'utf8').replaceAll('../../src/core/', '../../core/');

  it.each(readdirSync(EXAMPLES))('are what runs here: %s', (file) => {
    expect(page).toContain(`\`\`\`ts\n${shown(file)}\`\`\``);
    expect(shown(file).split('\n').filter(Boolean).length).toBeLessThan(MOST_LINES);
  });

  it('run', async () => {
    const upstream = await StubUpstream.start();
    upstream.willAnswer(says(200, { cents: 490 }));
    post.url = upstream.url;
    const test = await TestApp.start({ modules: [ExamplesModule] });
    const { actor, api } = await test.actor();
    const { jobId } = await test.app.get(Transactions).run(async (tx) => {
      await test.app.get(Events).publish(tx, actor, parcelPosted, { id: 'parcel-1' });
      await test.app.get(ParcelMails).tell(tx, actor.userId, 'the kiosk <b>');
      return test.app.get(UserJobs).begin(tx, actor, countParcels, { upTo: 7 });
    });
    expect(await test.app.get(PostOffice).postageTo('Île de Ré')).toEqual({ cents: 490 });
    await eventually(async () => {
      const [job] = await sql(
        test.databaseUrl,
        `SELECT state::text, data->'payload' AS payload FROM pgboss.job WHERE name = 'example-parcel.weigh'`,
      );
      expect(job).toEqual({ state: 'completed', payload: { parcelId: 'parcel-1' } });
      const { body } = await api.get<JobView & Record<string, unknown>>(`/v1/jobs/${jobId}`);
      expect(body).toMatchObject({ status: 'succeeded', result: { upTo: 7 } });
      const mails = test.app.get(Inbox).messages.map(({ subject, text }) => ({ subject, text }));
      expect(mails).toContainEqual({
        subject: 'Your parcel waits for you',
        text: expect.stringContaining('for 7 days') as string,
      });
    });
  });
});
