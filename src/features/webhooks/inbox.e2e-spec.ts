import { jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { AlertChannels, type Notice } from '../../core/alerts/alert-channels.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import {
  EFFECTS,
  newEvent,
  PROVIDER,
  ServiceDown,
  signed,
  SignedEvents,
  SignedEventsModule,
  writeEffect,
} from '../../../test/harness/signed-events.js';
import type { InboxEventView, InboxPage, WholeInboxEventView } from './admin-inbox.dto.js';
import { InboxSweep } from './inbox-sweep.js';

type Body<T> = T & Record<string, unknown>;
interface Row {
  readonly id: string;
  readonly status: string;
  readonly failures: number;
  readonly error_code: string | null;
  readonly payload: object | null;
}

const instance = async (databaseUrl?: string) => {
  const test = await TestApp.start({ modules: [SignedEventsModule], databaseUrl, env: { JOBS_CONCURRENCY: '0' } });
  test.app.get(SignedEvents).writesEffects();
  return test;
};
const inbox = ({ databaseUrl }: TestApp) => sql<Row>(databaseUrl, 'SELECT * FROM webhook_inbox');
const effects = ({ databaseUrl }: TestApp) =>
  sql<{ event_id: string; prepared: string | null }>(databaseUrl, 'SELECT * FROM test_effects');
const send = ({ api }: TestApp, event: object) => {
  const body = JSON.stringify(event);
  return api.with(signed(body)).post(`/webhooks/${PROVIDER}`, body);
};
const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

describe('an event in the inbox', () => {
  let one: TestApp;
  let other: TestApp;
  let source: SignedEvents;
  beforeAll(async () => {
    one = await instance();
    other = await instance(one.databaseUrl);
    source = one.app.get(SignedEvents);
    await sql(one.databaseUrl, EFFECTS);
  });
  beforeEach(async () => {
    await sql(one.databaseUrl, 'TRUNCATE webhook_inbox, test_effects');
    for (const { app } of [one, other]) {
      app.get(SignedEvents).writesEffects();
      app.get(SignedEvents).prepare = undefined;
    }
  });

  /** Writes what it should, and fails then. */
  const breaks = (source_: SignedEvents) => {
    source_.handle = async (tx, event) => {
      await writeEffect(tx, event);
      throw new Error('canary-of-a-secret');
    };
  };
  const due = () => sql(one.databaseUrl, `UPDATE webhook_inbox SET next_attempt_at = now() WHERE status = 'received'`);
  const sweep = () => one.app.get(InboxSweep).handle({}, { signal: new AbortController().signal });
  const fail = async (event: object, count: number) => {
    breaks(source);
    const statuses: number[] = [];
    for (let sent = 0; sent < count; sent++) statuses.push((await send(one, event)).status);
    return statuses;
  };

  it('[R-64] #1 is answered 500 if its effect fails, leaves nothing, and is done once when it comes again', async () => {
    const event = newEvent();
    breaks(source);
    const failed = await send(one, event);
    expect(failed).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    expect(await effects(one)).toEqual([]);
    expect(await inbox(one)).toEqual([
      expect.objectContaining({ status: 'received', failures: 1, error_code: 'INTERNAL', payload: event }),
    ]);
    expect(JSON.stringify(await inbox(one))).not.toContain('canary');
    source.writesEffects();
    expect(await send(one, event)).toMatchObject({ status: 200, body: { outcome: 'processed' } });
    expect(await send(one, event)).toMatchObject({ status: 200, body: { outcome: 'duplicate' } });
    expect(await effects(one)).toHaveLength(1);
    expect(await inbox(one)).toEqual([
      expect.objectContaining({ status: 'processed', failures: 1, error_code: null, payload: null }),
    ]);
  });

  it('[R-64] #1 has one effect of ten duplicates that come together to two instances', async () => {
    const event = newEvent();
    const slow = (one_: SignedEvents) => {
      one_.handle = async (tx, verified) => {
        await sleep(500);
        await writeEffect(tx, verified);
        return 'handled';
      };
    };
    slow(source);
    slow(other.app.get(SignedEvents));
    const answers = await times(10, (index) => send(index % 2 === 0 ? one : other, event));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await effects(one)).toHaveLength(1);
    expect(await inbox(one)).toHaveLength(1);
  });

  it('[R-64] #1 has one effect of a hundred', async () => {
    const event = newEvent();
    const answers = await times(100, (index) => send(index % 2 === 0 ? one : other, event));
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
    expect(await effects(one)).toHaveLength(1);
  });

  it('takes one connection however often it comes, so that others are processed meanwhile', async () => {
    const [slow, other_] = [newEvent('test.slow'), newEvent()];
    source.handle = async (tx, event) => {
      if (event.type === 'test.slow') await sleep(4_000);
      await writeEffect(tx, event);
      return 'handled';
    };
    const duplicates = times(30, () => send(one, slow));
    await eventually(async () => expect(await inbox(one)).toHaveLength(1));
    expect(await send(one, other_)).toMatchObject({ status: 200, body: { outcome: 'processed' } });
    expect((await duplicates).map(({ status }) => status)).toEqual(Array(30).fill(200));
    expect(await effects(one)).toHaveLength(2);
  });

  it('of many that come together has its own effect, whichever other one fails', async () => {
    source.handle = async (tx, event) => {
      await writeEffect(tx, event);
      if (event.type === 'test.broken') throw new Error('broken');
      return 'handled';
    };
    const events = Array.from({ length: 60 }, (_, index) =>
      newEvent(index % 20 === 7 ? 'test.broken' : 'test.happened'),
    );
    const answers = await Promise.all(events.map((event) => send(one, event)));
    expect(answers.map(({ status }) => status)).toEqual(events.map(({ type }) => (type === 'test.broken' ? 500 : 200)));
    expect(await effects(one)).toHaveLength(57);
    expect(await inbox(one)).toHaveLength(60);
  });

  it('[R-64] #2 is a dead letter after ten failures, with an alert, 200 and no attempt more', async () => {
    const notices: Notice[] = [];
    const told = jest
      .spyOn(one.app.get(AlertChannels), 'tell')
      .mockImplementation((notice) => void notices.push(notice));
    const event = newEvent();
    expect(await fail(event, 12)).toEqual([...Array<number>(9).fill(500), 200, 200, 200]);
    expect(await inbox(one)).toEqual([
      expect.objectContaining({ status: 'dead', failures: 10, error_code: 'INTERNAL', payload: event }),
    ]);
    expect(await effects(one)).toEqual([]);
    expect(notices).toEqual([
      expect.objectContaining({ severity: 'critical', title: expect.stringContaining(PROVIDER) as string }),
    ]);
    expect(JSON.stringify(notices)).not.toContain('canary');
    told.mockRestore();
  });

  it('that is dead is replayed by an administrator, and a processed one is not', async () => {
    const event = newEvent();
    await fail(event, 10);
    const { api } = await one.administrator();
    const { body: page } = await api.get<Body<InboxPage>>(`/v1/admin/webhook-inbox?status=dead&provider=${PROVIDER}`);
    expect(page.data).toEqual([expect.objectContaining({ eventId: event.id, status: 'dead', failures: 10 })]);
    const path = `/v1/admin/webhook-inbox/${page.data[0]!.id}`;
    expect((await api.get<Body<WholeInboxEventView>>(path)).body.payload).toEqual(event);

    const again = await api.post<Body<InboxEventView>>(`${path}/replay`);
    expect(again).toMatchObject({ status: 200, body: { status: 'dead', failures: 11 } });
    source.writesEffects();
    const done = await api.post<Body<InboxEventView>>(`${path}/replay`);
    expect(done).toMatchObject({ status: 200, body: { status: 'processed', nextAttemptAt: null } });
    expect(await api.post(`${path}/replay`)).toMatchObject({ status: 409, body: { code: 'WEBHOOK_EVENT_DONE' } });
    expect(await effects(one)).toHaveLength(1);
    expect((await api.get<Body<WholeInboxEventView>>(path)).body.payload).toBeNull();
  });

  it('is replayed once by several administrators at the same time, on two instances', async () => {
    const event = newEvent();
    await fail(event, 3);
    source.writesEffects();
    const [row] = await inbox(one);
    const apis = await times(6, async (index) => (await (index % 2 === 0 ? one : other).administrator()).api);
    const answers = await Promise.all(apis.map((api) => api.post(`/v1/admin/webhook-inbox/${row!.id}/replay`)));
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect(answers.every(({ status, body }) => status === 200 || body.code === 'WEBHOOK_EVENT_DONE')).toBe(true);
    expect(await effects(one)).toHaveLength(1);
  });

  it('is asked about before its transaction, and no more once it is done', async () => {
    let asked = 0;
    source.prepare = ({ id }) => {
      asked++;
      return Promise.resolve(`asked about ${id}`);
    };
    const event = newEvent();
    await send(one, event);
    await send(one, event);
    expect(await effects(one)).toEqual([{ event_id: event.id, prepared: `asked about ${event.id}` }]);
    expect(asked).toBe(1);
  });

  it('counts as failed if its provider does not answer', async () => {
    source.prepare = () => Promise.reject(new ServiceDown());
    expect(await send(one, newEvent())).toMatchObject({ status: 500 });
    expect(await inbox(one)).toEqual([
      expect.objectContaining({ status: 'received', failures: 1, error_code: 'DEPENDENCY_UNAVAILABLE' }),
    ]);
  });

  it('is 503 while the database is away, and nothing of it is counted', async () => {
    const event = newEvent();
    const lost = await one.losingItsDatabase(() => send(one, event));
    expect(lost).toMatchObject({ status: 503 });
    for (let answer = lost; answer.status !== 200; answer = await send(one, event)) await sleep(100);
    expect(await effects(one)).toHaveLength(1);
    expect(await inbox(one)).toEqual([expect.objectContaining({ status: 'processed', failures: 0 })]);
  });

  it('that its provider does not send again is finished here, once, and failures count the same', async () => {
    const [done, fails] = [newEvent(), newEvent('test.fails')];
    await fail(done, 1);
    await fail(fails, 9);
    source.handle = async (tx, event) => {
      if (event.type === 'test.fails') throw new Error('still');
      await writeEffect(tx, event);
      return 'handled';
    };
    await sweep();
    expect((await inbox(one)).every(({ status }) => status === 'received')).toBe(true);
    await due();
    await sweep();
    const rows = await sql(one.databaseUrl, 'SELECT event_id, status, failures FROM webhook_inbox ORDER BY status');
    expect(rows).toEqual([
      { event_id: fails.id, status: 'dead', failures: 10 },
      { event_id: done.id, status: 'processed', failures: 1 },
    ]);
    await sweep();
    expect(await effects(one)).toHaveLength(1);
  });

  it('of a provider that is switched off waits, and keeps no other one from being finished', async () => {
    const event = newEvent();
    await fail(event, 1);
    await sql(
      one.databaseUrl,
      `INSERT INTO webhook_inbox (id, provider, event_id, type, payload)
       SELECT gen_random_uuid(), 'gone', n, 'x', '{}' FROM generate_series(1, 60) n`,
    );
    source.writesEffects();
    await due();
    await sweep();
    expect(await effects(one)).toHaveLength(1);
    const open = await sql(
      one.databaseUrl,
      `SELECT FROM webhook_inbox WHERE next_attempt_at > now() + interval '50 min'`,
    );
    expect(open).toHaveLength(60);
  });

  it('goes on if its provider hangs up, and is not begun twice', async () => {
    const event = newEvent();
    let begun = 0;
    source.handle = async (tx, verified) => {
      begun++;
      await sleep(300);
      await writeEffect(tx, verified);
      return 'handled';
    };
    const body = JSON.stringify(event);
    const leaving = fetch(`${one.url}/webhooks/${PROVIDER}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...signed(body) },
      signal: AbortSignal.timeout(150),
    });
    await expect(leaving).rejects.toThrow();
    expect(await send(one, event)).toMatchObject({ status: 200 });
    expect(await effects(one)).toHaveLength(1);
    expect(begun).toBe(1);
  });
});
