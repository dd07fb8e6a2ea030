import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import {
  EFFECTS,
  EVENT_SECRETS,
  newEvent,
  PROVIDER,
  signed,
  SignedEvents,
  SignedEventsModule,
} from '../../../test/harness/signed-events.js';
import { METRICS } from '../../../test/harness/process.js';

const start = async () => {
  const test = await TestApp.start({ modules: [SignedEventsModule], env: METRICS.env });
  await sql(test.databaseUrl, EFFECTS);
  test.app.get(SignedEvents).writesEffects();
  return test;
};

const inbox = ({ databaseUrl }: TestApp) => sql<Record<string, unknown>>(databaseUrl, 'SELECT * FROM webhook_inbox');
const effects = ({ databaseUrl }: TestApp) => sql(databaseUrl, 'SELECT * FROM test_effects');

/** Sends these bytes. */
const send = ({ api }: TestApp, body: string, headers: Record<string, string> = signed(body), provider = PROVIDER) =>
  api.with(headers).post(`/webhooks/${provider}`, body);

describe('what a provider sends', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await start();
  });
  beforeEach(async () => {
    await sql(test.databaseUrl, 'TRUNCATE webhook_inbox, test_effects');
  });

  it('[R-63] #1 is taken with a valid signature, of either of two secrets', async () => {
    for (const secret of EVENT_SECRETS) {
      const body = JSON.stringify(newEvent());
      expect(await send(test, body, signed(body, { secret }))).toMatchObject({
        status: 200,
        body: { outcome: 'processed' },
      });
    }
    expect(await effects(test)).toHaveLength(2);
    expect(await inbox(test)).toEqual([
      expect.objectContaining({ status: 'processed', failures: 0, payload: null }),
      expect.objectContaining({ status: 'processed', failures: 0, payload: null }),
    ]);
  });

  it('[R-63] #1 is refused with another byte, another secret, no signature or an old one, and changes no row', async () => {
    const body = JSON.stringify({ ...newEvent(), amount: 100 });
    const forged: [string, Record<string, string>][] = [
      [body.replace('100', '900'), signed(body)],
      [`${body.slice(0, -1)}!`, signed(body)],
      [`${body} `, signed(body)],
      [body, signed(body, { secret: 'the-secret-of-somebody-else' })],
      [body, {}],
      [body, signed(body, { age: 301 })],
      ['', signed(body)],
    ];
    const before = await contents(test);
    for (const [sent, headers] of forged) {
      expect(await send(test, sent, headers)).toMatchObject({ status: 401, body: { code: 'SIGNATURE_INVALID' } });
    }
    expect(await contents(test)).toEqual(before);
    expect(await send(test, body, signed(body, { age: 295 }))).toMatchObject({ status: 200 });
  });

  it('[R-63] #2 is verified as sent, whatever whitespace it has and whatever JSON is called', async () => {
    for (const type of ['application/json', 'application/json; charset=utf-8', 'application/cloudevents+json']) {
      const { id } = newEvent();
      const body = `\r\n\t {"type" :\n"test.happened",  "id":\t"${id}" , "n": 1.0, "text": "\\u00e9é" }\n\n`;
      expect(await send(test, body, { ...signed(body), 'content-type': type })).toMatchObject({ status: 200 });
    }
    expect(await effects(test)).toHaveLength(3);
  });

  it('[R-63] #1 keeps its bytes on no other route', async () => {
    const { api } = await test.actor();
    const answer = await api
      .with({ 'content-type': 'application/cloudevents+json' })
      .patch('/v1/users/me/preferences', '{}');
    expect(answer).toMatchObject({ status: 415 });
    expect(await api.patch('/v1/users/me/preferences', '{"a": }')).toMatchObject({ status: 400 });
  });

  it('[R-86] #2 needs a signature, which no bearer token replaces, and of a provider that is not there is 404', async () => {
    const body = JSON.stringify(newEvent());
    const { api } = await test.actor('owner');
    expect(await api.post(`/webhooks/${PROVIDER}`, body)).toMatchObject({
      status: 401,
      body: { code: 'SIGNATURE_INVALID' },
    });
    const bearer = { authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.x' };
    expect(await send(test, body, bearer)).toMatchObject({ status: 401, body: { code: 'SIGNATURE_INVALID' } });
    expect(await send(test, body, signed(body), 'unknown')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    // Not needed, and no obstacle either.
    expect(await send(test, body, { ...signed(body), ...bearer })).toMatchObject({ status: 200 });
  });

  it('[R-86] #2 is 503 while its provider is switched off', async () => {
    const source = test.app.get(SignedEvents);
    source.enabled = false;
    const answer = await send(test, JSON.stringify(newEvent())).finally(() => (source.enabled = true));
    expect(answer).toMatchObject({ status: 503, body: { code: 'FEATURE_DISABLED' } });
    expect(await inbox(test)).toEqual([]);
  });

  it('is 400 if it is signed and cannot be read, 413 if it is too much, 415 if it is no JSON', async () => {
    const broken = [
      '{"id": ',
      JSON.stringify({ id: '', type: 'test.happened' }),
      JSON.stringify({ id: 'a\0b', type: 'test.happened' }),
      JSON.stringify({ id: 'x'.repeat(256), type: 'test.happened' }),
    ];
    for (const body of broken) {
      expect(await send(test, body)).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST' } });
    }
    expect(await send(test, ' '.repeat(1_048_577))).toMatchObject({ status: 413 });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      expect(await send(test, 'a=1', { ...signed('a=1'), 'content-type': type })).toMatchObject({ status: 415 });
    }
    expect(await inbox(test)).toEqual([]);
  });

  it('[R-64] #2 is 200 without effect if nobody waits for its type', async () => {
    const body = JSON.stringify(newEvent('test.unheard-of'));
    expect(await send(test, body)).toMatchObject({ status: 200, body: { outcome: 'ignored' } });
    expect(await send(test, body)).toMatchObject({ status: 200, body: { outcome: 'duplicate' } });
    expect(await effects(test)).toEqual([]);
    expect(await inbox(test)).toEqual([expect.objectContaining({ status: 'ignored', failures: 0 })]);
  });

  it('is limited by address only if it proves nothing', async () => {
    const address = { 'x-forwarded-for': '192.0.2.77' };
    const limited = await TestApp.start({ modules: [SignedEventsModule], env: { RATE_LIMIT_PER_ADDRESS: '2' } });
    for (let sent = 0; sent < 5; sent++) {
      const body = JSON.stringify(newEvent());
      expect(await send(limited, body, { ...signed(body), ...address })).toMatchObject({ status: 200 });
    }
    const statuses: number[] = [];
    for (let sent = 0; sent < 4; sent++) statuses.push((await send(limited, '{}', address)).status);
    expect(statuses).toEqual([401, 401, 429, 429]);
  });

  it('is counted by what came of it', async () => {
    const count = (outcome: string) => METRICS.value(test, 'webhook_inbox_events_total', `outcome="${outcome}"`);
    const before = await count('processed');
    await send(test, JSON.stringify(newEvent()));
    expect(await count('processed')).toBe(before + 1);
    await sql(
      test.databaseUrl,
      `INSERT INTO webhook_inbox (id, provider, event_id, type, payload, received_at)
       VALUES (gen_random_uuid(), $1, 'old', 'test.happened', '{}', now() - interval '1 hour')`,
      [PROVIDER],
    );
    expect(await METRICS.value(test, 'webhook_inbox_oldest_seconds', PROVIDER)).toBeGreaterThanOrEqual(3_600);
  });
});

/** What a forged event could have left. */
const contents = async ({ databaseUrl }: TestApp) =>
  sql(
    databaseUrl,
    `SELECT (SELECT count(*) FROM webhook_inbox)::int AS inbox, (SELECT count(*) FROM test_effects)::int AS effects,
            (SELECT count(*) FROM events)::int AS events, (SELECT count(*) FROM audit_log)::int AS audit`,
  );
