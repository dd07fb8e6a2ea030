import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { TestMailsModule } from '../../../test/harness/mails.controller.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { refusal } from '../../../test/harness/refusal.js';
import { Inbox } from './inbox.js';

const HOSTILE = '<img src=x onerror=1>';

describe('the inbox', () => {
  let test: TestApp;
  let inbox: Inbox;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [TestMailsModule] });
    inbox = test.app.get(Inbox);
  });

  async function caught(title: string): Promise<string> {
    const { api } = await test.actor();
    expect(await api.post('/v1/test/articles', { title, body: '' })).toMatchObject({ status: 201 });
    await eventually(() => Promise.resolve(expect(inbox.messages[0]?.subject).toBe(`New: ${title}`)));
    return inbox.messages[0]?.id ?? '';
  }

  const page = async (path: string) => {
    const response = await fetch(new URL(path, test.url));
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
  };

  it('catches what would be sent, and shows it to people and programs', async () => {
    expect((await page('/dev/inbox')).text).toContain('Nothing yet');
    const first = await caught('First');
    const second = await caught('Second');
    const list = await page('/dev/inbox');
    expect(list).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(list.text.indexOf(second)).toBeGreaterThan(0);
    expect(list.text.indexOf(second)).toBeLessThan(list.text.indexOf(first));
    expect((await page(`/dev/inbox/${first}`)).text).toContain(`src="/dev/inbox/${first}/html"`);
    const { data } = JSON.parse((await page('/dev/inbox/messages')).text) as { data: unknown };
    expect(data).toMatchObject([
      { id: second },
      { id: first, subject: 'New: First', template: 'test.article-published' },
    ]);
  });

  it('shows a mail in a frame that runs nothing, and is nobody’s origin', async () => {
    const id = await caught(HOSTILE);
    const { text: list, headers } = await page('/dev/inbox');
    expect(list).not.toContain(HOSTILE);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('script-src');
    expect((await page(`/dev/inbox/${id}`)).text).not.toContain(HOSTILE);
    const frame = await page(`/dev/inbox/${id}/html`);
    expect(frame.text).toContain('&lt;img');
    expect(frame.headers).toMatchObject({ 'x-frame-options': 'SAMEORIGIN', 'x-content-type-options': 'nosniff' });
    expect(frame.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox allow-popups/);
    expect(frame.headers['content-security-policy']).not.toMatch(/allow-scripts|allow-same-origin/);
  });

  it('keeps the 100 newest', () => {
    const mail = { to: 'a@example.org', template: 'test.one', subject: '', html: '', text: '' };
    for (let count = 1; count <= 150; count++) inbox.catch({ ...mail, id: String(count) });
    expect(inbox.messages).toHaveLength(100);
    expect(inbox.messages.at(0)?.id).toBe('150');
    expect(inbox.messages.at(-1)?.id).toBe('51');
  });

  it.each(['/dev/inbox/unknown', '/dev/inbox/unknown/html', '/dev'])('knows no %s', async (path) => {
    expect(await test.api.get(path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it('is no part of the API’s document', () => {
    expect(Object.keys(test.contract.document.paths).filter((path) => path.startsWith('/dev'))).toEqual([]);
  });
});

describe('in production', () => {
  it('there is no inbox', async () => {
    const app = await AppProcess.serve({ ...PRODUCTION, DATABASE_URL: await cloneDatabase() });
    for (const path of ['/dev/inbox', '/dev/inbox/messages', '/dev/inbox/1', '/dev/inbox/1/html']) {
      expect((await fetch(`${app.url}${path}`)).status).toBe(404);
    }
  });

  it('there cannot be one', async () => {
    expect((await refusal({ MAIL_INBOX_ENABLED: 'true' })).named).toEqual(['MAIL_INBOX_ENABLED']);
  });
});
