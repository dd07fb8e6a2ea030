import { TestApp } from '../../../test/harness/app.js';
import type { PreferencesView } from './preferences.dto.js';

type Body = PreferencesView & Record<string, unknown>;

const MINE = '/v1/users/me/preferences';
const DEFAULTS = { version: 0, notifications: { email: true, sms: false, socket: true } };

describe('preferences', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start();
  });

  it('are the defaults until something is chosen, and then that', async () => {
    const { api } = await test.actor('viewer');
    expect(await api.get(MINE)).toMatchObject({ status: 200, body: DEFAULTS });
    expect(await api.patch(MINE, { notifications: { email: false } })).toMatchObject({
      status: 200,
      body: { version: 1, notifications: { email: false, sms: false, socket: true } },
    });
    await api.patch(MINE, { notifications: { sms: true } });
    const last = { version: 2, notifications: { email: false, sms: true, socket: true } };
    expect((await api.get(MINE)).body).toEqual(last);
    const { api: other } = await test.actor();
    expect((await other.get(MINE)).body).toEqual(DEFAULTS);
  });

  it('are changed as they were read, or not at all, if a version is given', async () => {
    const { api } = await test.actor();
    expect(await api.patch(MINE, { version: 1, notifications: { email: false } })).toMatchObject({
      status: 409,
      body: { code: 'PREFERENCES_CHANGED' },
    });
    expect((await api.get(MINE)).body).toEqual(DEFAULTS);
    const changes = Array.from({ length: 10 }, () =>
      api.patch<Body>(MINE, { version: 0, notifications: { sms: true } }),
    );
    const statuses = (await Promise.all(changes)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
    expect((await api.get<Body>(MINE)).body.version).toBe(1);
  });

  it.each([
    [{ theme: 'dark' }, '#/theme', 'unknownField'],
    [{ notifications: { fax: true } }, '#/notifications/fax', 'unknownField'],
    [{ notifications: { email: 'false' } }, '#/notifications/email', 'isBoolean'],
    [{ notifications: { email: null } }, '#/notifications/email', 'isBoolean'],
    [{ notifications: [{ email: false }] }, '#/notifications', 'isObject'],
    [{ notifications: null }, '#/notifications', 'isObject'],
    [{ version: -1 }, '#/version', 'min'],
    [{ version: '0' }, '#/version', 'max'],
  ])('[R-109] #1 refuse what they do not know: %j', async (body, pointer, code) => {
    const { api } = await test.actor();
    expect(await api.patch(MINE, body)).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer, code }] },
    });
    expect((await api.get(MINE)).body).toEqual(DEFAULTS);
  });
});
