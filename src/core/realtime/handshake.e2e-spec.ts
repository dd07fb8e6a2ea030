import { Module } from '@nestjs/common';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { Actors, ActorsModule } from '../../../test/harness/actors.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { METRICS, PRODUCTION } from '../../../test/harness/process.js';
import { NotesGatewayModule } from '../../../test/harness/notes.gateway.js';
import { NOTES } from '../../../test/harness/note.entity.js';
import { NotesModule } from '../../../test/harness/notes.controller.js';
import { connect, connectAs, ended, Refused } from '../../../test/harness/sockets.js';
import { SessionEnded } from '../access/access.errors.js';
import { Authenticators } from '../access/authenticators.js';

// As long as that takes on a machine that is busy with other things.
const A_SECOND = 2_500;
const HERE = { 'x-forwarded-for': '192.0.2.1' };

/** Knows somebody whose session ends as soon as they were let in. */
@Module({ imports: [ActorsModule] })
class EndingModule {
  constructor(authenticators: Authenticators, actors: Actors) {
    let looks = 0;
    authenticators.register(async ({ headers }) => {
      if (headers['x-ending'] === undefined) return undefined;
      if (++looks > 1) throw new SessionEnded();
      return { actor: await actors.mint() };
    });
  }
}

const refusal = async (connecting: Promise<unknown>): Promise<Refused> => {
  const refused = await connecting.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(refused instanceof Refused)) throw new Error('It was not refused.', { cause: refused });
  return refused;
};

describe('the handshake of a socket', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({
      modules: [NotesModule, NotesGatewayModule, EndingModule],
      env: { ...METRICS.env, APP_ORIGINS: ORIGIN },
    });
    await sql(test.databaseUrl, NOTES);
  });

  const ORIGIN = 'https://app.example.org';
  const connections = () => METRICS.value(test, 'socket_connections');
  const nobodyIsThere = (withinMs?: number) => eventually(async () => expect(await connections()).toBe(0), withinMs);

  it('[R-66] #1 is refused without a token, and leaves no connection behind', async () => {
    for (const namespace of ['/events', '/', '/halls']) {
      for (const transport of ['websocket', 'polling']) {
        const { problem } = await refusal(connect(test.url, namespace, { transports: [transport] }));
        expect(problem).toMatchObject({ code: 'UNAUTHENTICATED', status: 401, instance: namespace });
        test.contract.checkProblem(problem);
      }
    }
    await nobodyIsThere(A_SECOND);
  });

  it('[R-66] #1 lets nobody stay who says nothing', async () => {
    const url = new URL(test.url);
    const socket = connectTcp(Number(url.port), url.hostname);
    const upgrade = [
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
      `host: ${url.host}`,
      'connection: upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    socket.write(`${upgrade.join('\r\n')}\r\n\r\n`);
    await once(socket, 'data');
    await test.api.get('/socket.io/?EIO=4&transport=polling');
    expect(await connections()).toBe(2);
    await nobodyIsThere(A_SECOND);
    socket.destroy();
  });

  it.each(['websocket', 'polling'])(
    'lets somebody in with their credentials, and anybody to what is public (%s)',
    async (transport) => {
      const { actor } = await test.actor('member');
      const transports = [transport];
      const socket = await connectAs(test.url, actor, '/events', { transports });
      expect(await socket.emitWithAck('note:hold', { text: transport, minutes: 5 })).toMatchObject({
        id: expect.any(String) as string,
      });
      const stranger = await connect(test.url, '/live', { transports });
      expect(await stranger.emitWithAck('notes:count')).toEqual({ free: 42 });
      socket.disconnect();
      stranger.disconnect();
      await nobodyIsThere();
    },
  );

  it('is refused to a namespace that there is not', async () => {
    const { actor } = await test.actor();
    expect(await refusal(connectAs(test.url, actor, '/elsewhere'))).toMatchObject({ message: 'Invalid namespace' });
    expect(await refusal(connectAs(test.url, actor, '/'))).toMatchObject({ problem: { code: 'NOT_FOUND' } });
  });

  it('is refused with something else than a token in its place', async () => {
    for (const token of [{ toString: 'x' }, 42, ['a'], 'x'.repeat(5_000), null]) {
      const { problem } = await refusal(connect(test.url, '/events', { auth: { token } }));
      expect(problem).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  it('is refused if the session ends on the way', async () => {
    const { problem } = await refusal(connect(test.url, '/events', { extraHeaders: { 'x-ending': 'yes' } }));
    expect(problem).toMatchObject({ status: 401, code: 'SESSION_ENDED' });
    await nobodyIsThere();
  });

  it('is refused with credentials in its URL', async () => {
    const { actor } = await test.actor();
    const answer = await test.api.get('/socket.io/?EIO=4&transport=polling&token=secret');
    expect(answer).toMatchObject({ status: 403, body: { message: 'CREDENTIALS_IN_URL' } });
    await refusal(connectAs(test.url, actor, '/events', { query: { access_token: 'secret' } }));
  });

  it('[R-53] #3 is refused to an origin that is not listed, and not to whoever says none', async () => {
    const handshake = (origin?: string) =>
      test.api.with(origin === undefined ? {} : { origin }).get('/socket.io/?EIO=4&transport=polling');
    const { actor } = await test.actor();
    for (const origin of ['https://evil.example', 'https://app.example.org.evil.com', 'null', `${ORIGIN}:8443`]) {
      const refused = await handshake(origin);
      expect(refused).toMatchObject({ status: 403, body: { message: 'FORBIDDEN' } });
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
      await refusal(connectAs(test.url, actor, '/events', { extraHeaders: { origin } }));
    }
    const listed = await handshake(ORIGIN);
    expect(listed.status).toBe(200);
    expect(listed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(listed.headers.get('x-content-type-options')).toBe('nosniff');
    await connectAs(test.url, actor, '/events', { extraHeaders: { origin: ORIGIN } });
    const unnamed = await handshake();
    expect(unnamed.status).toBe(200);
    expect(unnamed.headers.get('access-control-allow-origin')).toBeNull();
    expect(await test.api.get('/health/live')).toMatchObject({ status: 200 });
  });

  it('[R-66] #2 is refused to the 51st connection of an address, on whatever namespace', async () => {
    const here = { extraHeaders: HERE };
    const sockets = await Promise.all(Array.from({ length: 50 }, () => connect(test.url, '/live', here)));
    await refusal(connect(test.url, '/live', here));
    expect(await test.api.with(HERE).get('/socket.io/?EIO=4&transport=polling')).toMatchObject({
      status: 403,
      body: { message: 'RATE_LIMITED' },
    });
    const { actor } = await test.actor();
    await refusal(connectAs(test.url, actor, '/events', here));
    await connect(test.url, '/live');
    sockets[0]?.disconnect();
    await eventually(async () => expect(await connect(test.url, '/live', here)).toMatchObject({ connected: true }));
    expect(await METRICS.value(test, 'socket_connections_refused_total', 'RATE_LIMITED')).toBeGreaterThanOrEqual(3);
  });

  it('[R-66] #2 is refused to the 51st connection also when all of them come at once', async () => {
    const here = { extraHeaders: { 'x-forwarded-for': '192.0.2.2' } };
    const outcomes = await Promise.allSettled(Array.from({ length: 80 }, () => connect(test.url, '/live', here)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
  });

  it('is limited by address, and so is each entry into a namespace', async () => {
    const here = { extraHeaders: { 'x-forwarded-for': '192.0.2.3' } };
    const socket = await connect(test.url, '/live', here);
    const problems: unknown[] = [];
    for (let attempt = 0; attempt < 310 && problems.length === 0; attempt++) {
      const again = socket.io.socket('/events');
      again.connect();
      const [{ data }] = (await once(again as never, 'connect_error')) as [{ data: { code: string } }];
      if (data.code !== 'UNAUTHENTICATED') problems.push(data);
      again.disconnect();
    }
    expect(problems).toEqual([expect.objectContaining({ code: 'RATE_LIMITED' })]);
  });

  it('leaves other protocols on other paths alone', async () => {
    const url = new URL(test.url);
    const socket = connectTcp(Number(url.port), url.hostname);
    const head = [
      'GET /health/live HTTP/1.1',
      `host: ${url.host}`,
      'connection: upgrade, http2-settings',
      'upgrade: h2c',
    ];
    socket.write(`${head.join('\r\n')}\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('HTTP/1.1 200 OK');
    socket.destroy();
  });

  it('is open in development to the pages of the application itself, by either name of this machine', async () => {
    const own = await TestApp.start({ modules: [NotesGatewayModule], env: { PORT: '4321' } });
    for (const origin of ['http://localhost:4321', 'http://127.0.0.1:4321']) {
      const socket = await connect(own.url, '/live', { extraHeaders: { origin } });
      expect(await socket.emitWithAck('notes:count')).toEqual({ free: 42 });
    }
    await refusal(connect(own.url, '/live', { extraHeaders: { origin: 'http://127.0.0.1:3000' } }));
  });

  it('is refused in production to whoever is not from a listed origin, https only', async () => {
    const production = await TestApp.start({ env: { ...PRODUCTION, LOG_LEVEL: 'silent' } });
    await refusal(connect(production.url, '/live', { extraHeaders: { origin: 'http://app.example.org' } }));
    const socket = await connect(production.url, '/live', { extraHeaders: { origin: 'https://app.example.org' } });
    const left = ended(socket);
    await production.close();
    expect(await left).toBe('transport close');
  });
});
