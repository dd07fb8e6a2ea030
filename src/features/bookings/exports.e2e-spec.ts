import { randomUUID } from 'node:crypto';
import type { Actor } from '../../core/access/actor.js';
import { Transactions } from '../../core/database/transactions.js';
import { Erasure } from '../../core/privacy/erasure.service.js';
import { Retention } from '../../core/retention/retention.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { asColleague } from '../../../test/harness/metered-client.js';
import { book, hold, holdStanding, published, type Sale } from './box-office.harness.js';
import { ExportLinks } from './export-links.js';
import { ask, beforeParts, exported, haveBooked, jobBecomes, linesOf, readExport, readJob } from './exports.harness.js';
import { FakeDesk } from './fake-desk.harness.js';
import { FakeMeterModule, openFakeMeter } from './fake-meter.harness.js';

describe('an export of bookings', () => {
  let test: TestApp;
  let desk: FakeDesk;
  let seller: Actor;
  let sale: Sale;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [FakeMeterModule] });
    await openFakeMeter(test);
    desk = new FakeDesk(test);
  });
  beforeEach(async () => {
    const { actor, api } = await test.actor();
    seller = actor;
    sale = await published(test, {}, api);
  });

  const called = async (name: string): Promise<{ actor: Actor; api: ApiClient }> => {
    const somebody = await test.actor('viewer');
    await sql(test.databaseUrl, 'UPDATE users SET name = $2 WHERE id = $1', [somebody.actor.userId, name]);
    return somebody;
  };

  const emailOf = async ({ userId }: Actor) => {
    const [user] = await sql<{ email: string }>(test.databaseUrl, 'SELECT email FROM users WHERE id = $1', [userId]);
    return user?.email;
  };

  /** @returns the id of a whole export */
  const ready = async (): Promise<string> => {
    const { jobId } = (await ask(sale.organizer, sale.id)).body;
    await jobBecomes(sale.organizer, jobId, { status: 'succeeded' });
    return jobId;
  };

  const erase = (actor: Actor) => test.app.get(Transactions).run((tx) => test.app.get(Erasure).erase(tx, actor));

  const download = async (id: string) => {
    const { downloadUrl } = (await readExport(sale.organizer, id)).body;
    return linesOf((await test.api.get<string>(downloadUrl)).body);
  };

  /** Readers of bookings that wait for a row. */
  const waiting = () =>
    sql(
      test.databaseUrl,
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
          AND query LIKE '%FROM bookings booking%'`,
    );

  it('tells who comes, where they sit, and what they have paid', async () => {
    const [ada, ben] = [await called('Ada'), await called('Ben')];
    const paid = (await book(ada.api, await hold(ada.api, sale, ['A1', 'A2']))).body;
    await desk.settle(String(paid.paymentId));
    const free = (await book(ben.api, await holdStanding(ben.api, sale, 2))).body;
    const lines = await exported(test, sale);
    expect(lines).toHaveLength(2);
    const settled = (await sale.organizer.get(`/v1/bookings/${String(paid.id)}`)).body;
    expect(lines).toContainEqual({
      ...{ id: paid.id, status: 'confirmed', name: 'Ada', email: await emailOf(ada.actor), seats: 'VIP A1, VIP A2' },
      ...{ totalMinor: '10000', refundedMinor: '0', currency: 'EUR', createdAt: settled.createdAt },
      ...{ confirmedAt: settled.confirmedAt, cancelledAt: '', checkedInAt: '' },
    });
    expect(lines).toContainEqual(
      expect.objectContaining({ id: free.id, name: 'Ben', seats: '2 × Standing', totalMinor: '0' }),
    );
  });

  it('names nobody who has bought nothing', async () => {
    const { api } = await called('Who only looks');
    await book(api, await hold(api, sale, ['A1']));
    expect(await exported(test, sale)).toEqual([
      expect.objectContaining({ status: 'pending_payment', name: '', email: '', seats: 'VIP A1' }),
    ]);
  });

  it('has a line of what its columns are called, if nobody has booked', async () => {
    const id = await ready();
    const { body } = await readExport(sale.organizer, id);
    expect(body).toMatchObject({ id, eventId: sale.id, rows: 0 });
    const { body: csv } = await test.api.get<string>(body.downloadUrl);
    // What reads it as a text leaves the mark at its beginning out.
    expect(csv).toBe(
      'id,status,name,email,seats,totalMinor,refundedMinor,currency,createdAt,confirmedAt,cancelledAt,checkedInAt\n',
    );
  });

  it('has each booking once, over many parts', async () => {
    const { actor } = await test.actor();
    await haveBooked(test, sale, actor, 1_234);
    const ids = (await exported(test, sale)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(1_234);
    expect(ids).toHaveLength(1_234);
    expect(ids).toEqual(ids.toSorted());
  });

  it('has no formula for a program to run', async () => {
    const { api } = await called('=HYPERLINK("https://evil.example.org";"Click")');
    await book(api, await holdStanding(api, sale, 1));
    const [line] = await exported(test, sale);
    expect(line?.name).toBe(`'=HYPERLINK("https://evil.example.org" "Click")`);
  });

  it('is of members of the seller, and of those only who asked for it', async () => {
    const { api: stranger } = await test.actor();
    expect(await ask(stranger, sale.id)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await ask(sale.organizer, randomUUID())).toMatchObject({ status: 404 });
    const { api: viewer } = await test.actor('viewer');
    expect(await ask(viewer, sale.id)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const id = await ready();
    expect(await readExport(stranger, id)).toMatchObject({ status: 404 });
    expect(await readExport(viewer, id)).toMatchObject({ status: 403 });
    const { actor: other } = await test.actor();
    const colleague = asColleague(sale.organizer, seller, other);
    expect(await readExport(colleague, id)).toMatchObject({ status: 404 });
    expect(await readExport(sale.organizer, id)).toMatchObject({ status: 200 });
  });

  it('comes as a file that no browser shows and no cache keeps', async () => {
    const { downloadUrl } = (await readExport(sale.organizer, await ready())).body;
    const { status, headers } = await test.api.get(downloadUrl);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="bookings-${sale.id}.csv"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });

  it('has a new link each time, which is stored nowhere', async () => {
    const id = await ready();
    const [first, second] = [(await readExport(sale.organizer, id)).body, (await readExport(sale.organizer, id)).body];
    expect(first.downloadUrl).not.toBe(second.downloadUrl);
    for (const { downloadUrl } of [first, second])
      expect(await test.api.get(downloadUrl)).toMatchObject({ status: 200 });
    const minutes = (Date.parse(first.downloadExpiresAt) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(4);
    expect(minutes).toBeLessThanOrEqual(5);
    const { result } = await readJob(sale.organizer, id);
    expect(result).toEqual({ rows: 0, exportUrl: `/v1/bookings/exports/${id}`, expiresAt: first.expiresAt });
  });

  it('is refused to links that are forged, of another export, or over', async () => {
    const [id, other] = [await ready(), await ready()];
    const { body } = await readExport(sale.organizer, id);
    const { pathname: path, searchParams } = new URL(body.downloadUrl, test.url);
    const signature = searchParams.get('signature') ?? '';
    const refused = { status: 403, body: { code: 'DOWNLOAD_LINK_INVALID' } };
    expect(await test.api.get(body.downloadUrl.replace(id, other))).toMatchObject(refused);
    const [keyId, ...parts] = signature.split('.');
    for (const index of parts.keys()) {
      const bytes = Buffer.from(parts[index] ?? '', 'base64url');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      const forged = [keyId, ...parts.with(index, bytes.toString('base64url'))].join('.');
      expect(await test.api.get(`${path}?signature=${forged}`)).toMatchObject(refused);
    }
    for (const none of ['', 'x', 'a.b.c.d'])
      expect(await test.api.get(`${path}?signature=${none}`)).toMatchObject(refused);
    expect(await test.api.get(path)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    const links = test.app.get(ExportLinks, { strict: false });
    expect(await test.api.get(links.to(id, seller, new Date(Date.now() - 1)).url)).toMatchObject(refused);
    expect(await test.api.get(links.to(id, seller, new Date(Date.now() + 60_000)).url)).toMatchObject({ status: 200 });
  });

  it('is gone after a day, and with it all of its parts', async () => {
    const id = await ready();
    const { downloadUrl } = (await readExport(sale.organizer, id)).body;
    for (const table of ['booking_exports', 'booking_export_parts']) {
      const of = table === 'booking_exports' ? 'id' : 'export_id';
      await sql(test.databaseUrl, `UPDATE ${table} SET expires_at = now() WHERE ${of} = $1`, [id]);
    }
    expect(await readExport(sale.organizer, id)).toMatchObject({ status: 404 });
    expect(await test.api.get(downloadUrl)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    await test.app.get(Retention).sweepAll();
    expect(await sql(test.databaseUrl, 'SELECT FROM booking_exports WHERE id = $1', [id])).toEqual([]);
    expect(await sql(test.databaseUrl, 'SELECT FROM booking_export_parts WHERE export_id = $1', [id])).toEqual([]);
  });

  it('goes with whom it names, and the next one does not name them', async () => {
    const ada = await called('Ada Whoever');
    const { id: bookingId } = (await book(ada.api, await holdStanding(ada.api, sale, 1))).body;
    const id = await ready();
    await erase(ada.actor);
    expect(await readExport(sale.organizer, id)).toMatchObject({ status: 404 });
    expect(await sql(test.databaseUrl, 'SELECT FROM booking_export_parts WHERE export_id = $1', [id])).toEqual([]);
    expect(await exported(test, sale)).toEqual([
      expect.objectContaining({ id: bookingId, name: 'Deleted user', email: '' }),
    ]);
  });

  it('is begun anew if somebody whom it names is erased meanwhile', async () => {
    const ada = await called('Ada Whoever');
    await haveBooked(test, sale, ada.actor, 1_100);
    await beforeParts(test, 'PERFORM pg_sleep(0.5)');
    const { jobId } = (await ask(sale.organizer, sale.id)).body;
    const parts = () => sql(test.databaseUrl, 'SELECT FROM booking_export_parts WHERE export_id = $1', [jobId]);
    await eventually(async () => expect((await parts()).length).toBeGreaterThan(0));
    await erase(ada.actor);
    await beforeParts(test, 'NULL');
    await jobBecomes(sale.organizer, jobId, { status: 'succeeded', result: { rows: 1_100 } });
    const names = new Set((await download(jobId)).map(({ name, email }) => `${name} <${email}>`));
    expect([...names]).toEqual(['Deleted user <>']);
  });

  it('waits for whoever is about to be erased', async () => {
    const ada = await called('Ada Whoever');
    await book(ada.api, await holdStanding(ada.api, sale, 1));
    let jobId = '';
    await test.app.get(Transactions).run(async (tx) => {
      await test.app.get(Erasure).erase(tx, ada.actor);
      ({ jobId } = (await ask(sale.organizer, sale.id)).body);
      await eventually(async () => expect(await waiting()).toHaveLength(1));
    });
    await jobBecomes(sale.organizer, jobId, { status: 'succeeded' });
    expect(await download(jobId)).toEqual([expect.objectContaining({ name: 'Deleted user', email: '' })]);
  });

  it('is written into the audit log of the seller', async () => {
    await ready();
    const entries = await sql<{ action: string }>(
      test.databaseUrl,
      `SELECT action FROM audit_log WHERE target_type = 'event' AND target_id = $1 ORDER BY id`,
      [sale.id],
    );
    expect(entries.map(({ action }) => action)).toEqual(['event.created', 'event.published', 'bookings.exported']);
  });

  it('breaks off, and does not look whole, if it goes while it is downloaded', async () => {
    const { actor } = await test.actor();
    await haveBooked(test, sale, actor, 1_234);
    const id = await ready();
    const { downloadUrl } = (await readExport(sale.organizer, id)).body;
    expect(linesOf((await test.api.get<string>(downloadUrl)).body)).toHaveLength(1_234);
    await sql(test.databaseUrl, `UPDATE booking_export_parts SET number = 99 WHERE export_id = $1 AND number = 1`, [
      id,
    ]);
    await expect(test.api.get(downloadUrl)).rejects.toThrow();
  });
});
