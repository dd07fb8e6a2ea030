import { createHash } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { DemoSeeds } from '../../core/seeding/demo-seeds.js';
import { hold } from './box-office.harness.js';

const DEMO = { DEMO_SEED: 'true' };

interface Listed {
  readonly id: string;
  readonly title: string;
  readonly startsAt: string;
}

interface Sold {
  readonly seatTypes: readonly { readonly id: string; readonly name: string; readonly priceMinor: number }[];
}

async function listed({ api }: TestApp): Promise<Listed[]> {
  const { body } = await api.get('/v1/events');
  return (body as unknown as { data: Listed[] }).data;
}

describe('the page that shows an event sell', () => {
  it('runs nothing but its own scripts, calls nothing but the API, and is no part of its document', async () => {
    const test = await TestApp.start();
    const page = await fetch(new URL('/demo', test.url));
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^ ;]+' 'sha256-[^ ;]+'; connect-src 'self'; style-src 'sha256-[^ ;]+'; /,
    );
    expect(policy).toContain("form-action 'none'");
    const client = await (await fetch(new URL('/demo/socket.io.js', test.url))).text();
    const integrity = `sha256-${createHash('sha256').update(client).digest('base64')}`;
    expect(client).toContain('Socket.IO');
    expect(policy).toContain(`'${integrity}'`);
    expect(await page.text()).toContain(`<script src="/demo/socket.io.js" integrity="${integrity}">`);
    expect(Object.keys(test.contract.document.paths).filter((path) => path.startsWith('/demo'))).toEqual([]);
  });

  it('is not there where there is no inbox, as in production', async () => {
    const test = await TestApp.start({ env: { MAIL_INBOX_ENABLED: 'false' } });
    for (const path of ['/demo', '/demo/socket.io.js']) {
      expect((await fetch(new URL(path, test.url))).status).toBe(404);
    }
  });
});

describe('the event of the demo data', () => {
  it('is on sale some weeks ahead, with seats that are free of charge and seats that are not', async () => {
    const test = await TestApp.start({ env: DEMO });
    const [event] = await listed(test);
    expect(event).toMatchObject({ title: 'Demo concert' });
    expect(Date.parse(event!.startsAt)).toBeGreaterThan(Date.now() + 14 * 86_400_000);
    const { seatTypes } = (await test.api.get(`/v1/events/${event!.id}`)).body as unknown as Sold;
    expect(new Set(seatTypes.map(({ priceMinor }) => priceMinor > 0))).toEqual(new Set([true, false]));
    const { api, actor } = await test.actor();
    const types = Object.fromEntries(seatTypes.map(({ id, name }) => [name, id]));
    expect(actor.organizationId).not.toBe((event as unknown as { organizationId: string }).organizationId);
    expect((await hold(api, { id: event!.id, organizer: api, types }, ['A1', 'A10'])).status).toBe(201);
    expect(test.app.get(DemoSeeds).hints.join()).toContain('/demo');
  });

  it('is planted once, whoever starts and however often', async () => {
    const first = await TestApp.start({ env: DEMO });
    const [before] = await listed(first);
    const others = [1, 2].map(() => TestApp.start({ env: DEMO, databaseUrl: first.databaseUrl }));
    for (const other of await Promise.all(others)) expect(await listed(other)).toEqual([before]);
  });

  it.each([
    ['is over', `SET starts_at = now() - interval '1 hour'`],
    ['is about to begin', `SET starts_at = now() + interval '1 hour'`],
    ['was cancelled', `SET status = 'cancelled', cancelled_at = now()`],
  ])('is followed by another one when it %s', async (_, change) => {
    const first = await TestApp.start({ env: DEMO });
    const [before] = await listed(first);
    await sql(first.databaseUrl, `UPDATE ticketed_events ${change} WHERE id = $1`, [before!.id]);
    const next = await TestApp.start({ env: DEMO, databaseUrl: first.databaseUrl });
    const after = (await listed(next)).filter(({ id }) => id !== before!.id);
    expect(after).toMatchObject([{ title: 'Demo concert' }]);
  });
});
