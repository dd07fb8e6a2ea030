import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestApp } from '../../../test/harness/app.js';
import { BodyRoutesModule } from '../../../test/harness/bodies.controller.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { TEST_ENVIRONMENT } from '../../../test/harness/environment.js';
import { eventually } from '../../../test/harness/eventually.js';
import { AppProcess } from '../../../test/harness/process.js';
import { refusal } from '../../../test/harness/refusal.js';
import { flood, residentBytes } from '../../../test/harness/uploads.js';
import { BodyLimit } from './body-limits.js';

const TOO_LARGE = { status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const MULTIPART = 'multipart/form-data; boundary=limit';

describe('the body of a request', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [BodyRoutesModule], env: { RATE_LIMIT_PER_ADDRESS: '1000000' } });
  });

  const text = (length: number) => ({ text: 'x'.repeat(length) });

  it('[R-80] #1 may hold 1 MB and no more, as JSON and as a form', async () => {
    const form = test.api.with(FORM);
    for (const [length, expected] of [
      [900_000, { status: 200, body: { name: '900000' } }],
      [1_100_000, TOO_LARGE],
    ] as const) {
      expect(await test.api.post('/v1/test/bodies/usual', text(length))).toMatchObject(expected);
      expect(await form.post('/v1/test/bodies/usual', `text=${'x'.repeat(length)}`)).toMatchObject(expected);
    }
  });

  it('[R-80] may hold as much as its route says, up to 10 MB', async () => {
    expect(await test.api.post('/v1/test/bodies/long', text(4_900_000))).toMatchObject({ status: 200 });
    expect(await test.api.post('/v1/test/bodies/long', text(5_300_000))).toMatchObject(TOO_LARGE);
    const form = test.api.with(FORM);
    expect(await form.post('/v1/test/bodies/long', `text=${'x'.repeat(4_900_000)}`)).toMatchObject({ status: 200 });
    expect(() => BodyLimit('11mb')).toThrow('11mb is no limit up to 10mb.');
  });

  it('[R-80] #3 has a limit that is set with BODY_LIMIT, within bounds', async () => {
    for (const BODY_LIMIT of ['50mb', '11mb', '10485761', '1', 'much']) {
      expect((await refusal({ BODY_LIMIT })).named).toEqual(['BODY_LIMIT']);
    }
    const small = await TestApp.start({ modules: [BodyRoutesModule], env: { BODY_LIMIT: '2kb' } });
    expect(await small.api.post('/v1/test/bodies/usual', text(1_900))).toMatchObject({ status: 200 });
    expect(await small.api.post('/v1/test/bodies/usual', text(2_100))).toMatchObject(TOO_LARGE);
    expect(await small.api.post('/v1/test/bodies/long', text(4_900_000))).toMatchObject({ status: 200 });
  });

  it('[R-80] #2 may have parts only where the route takes files', async () => {
    const form = test.api.with({ 'content-type': MULTIPART });
    expect(await form.post('/v1/test/bodies/usual', '--limit--')).toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
    });
  });

  it('is not read when it is refused before, however much of it is sent', async () => {
    const socket = connect(Number(new URL(test.url).port), '127.0.0.1').on('error', () => undefined);
    const head = 'POST /v1/nowhere HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    socket.write(`${head}content-length: 40000000\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 [\s\S]*connection: close/i);
    // It ends with an error, since it is ended while it sends.
    const closed = new Promise((resolve) => socket.once('close', resolve));
    for (let sent = 0; sent < 40; sent++) socket.write(Buffer.alloc(1_000_000));
    await closed;
    expect(socket.bytesWritten - socket.writableLength).toBeLessThan(39_000_000);
  });

  it('costs a connection nothing that stays, however many bodies without a length come on it', async () => {
    const socket = connect(Number(new URL(test.url).port), '127.0.0.1');
    const head = 'POST /v1/test/bodies/usual HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const chunked = `${head}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`;
    let answers = 0;
    socket.on('data', (data: Buffer) => (answers += data.toString().split('HTTP/1.1 ').length - 1));
    for (let batch = 1; batch <= 15; batch++) {
      socket.write(chunked.repeat(1_000));
      await eventually(() => Promise.resolve(expect(answers).toBe(batch * 1_000)));
    }
    socket.write(chunked.replace('host: x', 'host: x\r\nconnection: close'));
    await once(socket, 'close');
    expect(answers).toBe(15_001);
    expect(await test.api.get('/health/live')).toMatchObject({ status: 200 });
  }, 60_000);

  it('[R-80] is answered also while a client that told no length still sends', async () => {
    const send = () => flood(new URL('/v1/test/bodies/usual', test.url), ['content-type: application/json'], 1e8, true);
    expect(new Set(await Promise.all(Array.from({ length: 20 }, send)))).toEqual(new Set([413]));
  });

  it.each([
    ['JSON with a length', '/v1/test/bodies/usual', 'application/json', false, 413],
    ['files with a length', '/v1/test/bodies/pictures', MULTIPART, false, 413],
    ['parts where none belong', '/v1/test/bodies/usual', MULTIPART, true, 415],
  ])(
    '[R-80] #1 takes no memory, if 50 clients send 100 MB at once: %s',
    async (_, path, type, chunked, status) => {
      const env = { ...TEST_ENVIRONMENT, DATABASE_URL: await cloneDatabase() };
      const app = await AppProcess.serve(env, 'test/fixtures/main-with-test-routes.js');
      const url = new URL(path, app.url);
      const send = () => flood(url, [`content-type: ${type}`], 100_000_000, chunked);
      expect(await send()).toBe(status);
      const before = await residentBytes(app.pid);
      let peak = before;
      const floods = Promise.all(Array.from({ length: 50 }, send));
      while ((await Promise.race([floods, sleep(20)])) === undefined) {
        peak = Math.max(peak, await residentBytes(app.pid));
      }
      expect(new Set(await floods)).toEqual(new Set([status]));
      expect(peak - before).toBeLessThan(50_000_000);
    },
    60_000,
  );
});
