import type { Socket } from 'socket.io-client';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { NOTES } from '../../../test/harness/note.entity.js';
import { NotesModule } from '../../../test/harness/notes.controller.js';
import { METRICS } from '../../../test/harness/process.js';
import { CANARY } from '../../../test/harness/routes.controller.js';
import { NotesGatewayModule } from '../../../test/harness/notes.gateway.js';
import { connect, connectAs, ended, heardBy } from '../../../test/harness/sockets.js';
import type { Role } from '../access/actor.js';
import type { Problem } from '../errors/problem.dto.js';

const GOOD = { text: 'A1', minutes: 5 };

describe('an event of a socket', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({
      modules: [NotesModule, NotesGatewayModule],
      env: { ...METRICS.env, REQUEST_TIMEOUT_MS: '3000' },
    });
    await sql(test.databaseUrl, NOTES);
  });

  const member = async (role: Role = 'member', namespace?: string): Promise<Socket> =>
    connectAs(test.url, (await test.actor(role)).actor, namespace);
  const ask = async (socket: Socket, event: string, ...data: unknown[]): Promise<Problem> => {
    const problem = (await socket.timeout(5_000).emitWithAck(event, ...data)) as Problem;
    if (problem?.code !== undefined) test.contract.checkProblem(problem);
    return problem;
  };
  const held = async () => (await sql(test.databaseUrl, 'SELECT FROM test_notes')).length;

  it('[R-68] #1 is refused, and changes nothing, unless its DTO allows all that it says', async () => {
    const socket = await member();
    const before = await held();
    const bad = [
      {},
      { ...GOOD, minutes: '5' },
      { ...GOOD, text: 1 },
      { ...GOOD, more: true },
      { ...GOOD, minutes: 0.5 },
      { text: 'x'.repeat(21), minutes: 5 },
      { ...GOOD, text: 'A\u0000' },
    ];
    for (const data of [...bad, null, [GOOD]]) {
      const problem = await ask(socket, 'note:hold', data);
      expect({ data, problem }).toMatchObject({ problem: { status: 400, code: 'VALIDATION_FAILED' } });
      expect(problem).toMatchObject({
        instance: '/events#note%3Ahold',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      });
      expect(problem.errors?.[0]?.pointer).toMatch(/^#/);
    }
    const other = await member();
    for (const data of ['text', 42, true, undefined, Buffer.from('A1')]) {
      expect(await ask(other, 'note:hold', data)).toMatchObject({ code: 'VALIDATION_FAILED' });
    }
    expect(await ask(other, 'note:hold', GOOD, GOOD)).toMatchObject({ code: 'MALFORMED_REQUEST' });
    expect(await held()).toBe(before);
    expect(await ask(other, 'note:hold', GOOD)).toHaveProperty('id');
  });

  it.each(['websocket', 'polling'])(
    '[R-68] #1 closes the connection if it is larger than 64 KB (%s)',
    async (transport) => {
      const before = await held();
      const { actor } = await test.actor('member');
      for (const bytes of [1_048_576, 66_000]) {
        const socket = await connectAs(test.url, actor, '/events', { transports: [transport] });
        const reason = ended(socket);
        socket.emit('note:hold', { ...GOOD, text: 'x'.repeat(bytes) });
        expect(['transport close', 'transport error']).toContain(await reason);
      }
      const socket = await connectAs(test.url, actor, '/events', { transports: [transport] });
      expect(await ask(socket, 'note:hold', { ...GOOD, text: 'x'.repeat(60_000) })).toMatchObject({ status: 400 });
      expect(await held()).toBe(before);
      expect(await test.api.get('/health/live')).toMatchObject({ status: 200 });
    },
  );

  it('that fails tells nothing of the inside, and takes back what it did', async () => {
    const socket = await member();
    const [before, heard] = [await held(), heardBy(socket)];
    const problem = await ask(socket, 'note:hold', { ...GOOD, text: 'broken' });
    expect(problem).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(JSON.stringify(problem)).not.toContain(CANARY);
    // Whoever asks for no acknowledgement is told by an event.
    socket.emit('note:hold', { ...GOOD, text: 'broken' });
    await eventually(() => Promise.resolve(expect(heard).toHaveLength(1)));
    expect(heard).toEqual([['exception', expect.objectContaining({ code: 'INTERNAL' })]]);
    expect(await held()).toBe(before);
  });

  it('[R-67] #1 of a hundred in a second is done ten times at most, the rest is told why, and then it is over', async () => {
    const socket = await member();
    const over = ended(socket);
    const before = await held();
    const asked = Array.from({ length: 100 }, (_, index) => ask(socket, 'note:hold', { ...GOOD, text: `A${index}` }));
    const answers = await Promise.all(asked);
    const done = answers.filter((answer) => 'id' in answer);
    expect(done).toHaveLength(10);
    expect(await held()).toBe(before + 10);
    expect(answers.filter(({ code }) => code === 'RATE_LIMITED')).toHaveLength(90);
    expect(answers.at(-1)).toMatchObject({ status: 429, details: { retryAfter: expect.any(Number) as number } });
    expect(await over).toBe('io server disconnect');
  });

  it('[R-67] is counted by user, on all sockets and instances together', async () => {
    const second = await TestApp.start({ modules: [NotesModule, NotesGatewayModule], databaseUrl: test.databaseUrl });
    const { actor } = await test.actor('member');
    const sockets = [await connectAs(test.url, actor), await connectAs(second.url, actor)];
    const answers: Problem[] = [];
    for (let index = 0; index < 12; index++) {
      answers.push(await ask(sockets[index % 2]!, 'note:hold', { ...GOOD, text: `B${index}` }));
    }
    expect(answers.map(({ code }) => code ?? 'held')).toEqual([
      ...Array<string>(10).fill('held'),
      'RATE_LIMITED',
      'RATE_LIMITED',
    ]);
    expect(await ask(await member(), 'note:hold', { ...GOOD, text: 'B99' })).toHaveProperty('id');
  });

  it('may have a limit of its own', async () => {
    const socket = await member();
    const heard = heardBy(socket);
    for (let index = 0; index < 50; index++) socket.emit('note:look', GOOD);
    await eventually(() => Promise.resolve(expect(heard).toHaveLength(50)));
    expect(heard[49]).toEqual(['note.seen', { text: 'A1' }]);
    expect(await ask(socket, 'note:hold', { ...GOOD, text: 'C1' })).toHaveProperty('id');
  });

  it('of strangers is counted by socket, and by address more generously', async () => {
    const here = { extraHeaders: { 'x-forwarded-for': '192.0.2.4' } };
    const sockets = await Promise.all(Array.from({ length: 12 }, () => connect(test.url, '/live', here)));
    const all: string[] = [];
    for (const socket of sockets) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(socket, 'notes:count')));
      all.push(...answers.map(({ code }) => code ?? 'counted'));
    }
    expect(all.slice(0, 100)).toEqual(Array(100).fill('counted'));
    expect(all.slice(100)).toEqual(Array(20).fill('RATE_LIMITED'));
    const elsewhere = await connect(test.url, '/live');
    const answers = await Promise.all(Array.from({ length: 11 }, () => ask(elsewhere, 'notes:count')));
    expect(answers.filter(({ code }) => code === 'RATE_LIMITED')).toHaveLength(1);
  });

  it.each(['notes:sell', 'note:hold', 'made-up', 'connect_failed'])(
    '[R-66] #1 that is protected ends a socket in the public namespace (%s)',
    async (event) => {
      const { actor } = await test.actor('owner');
      // Their credentials are not even read here.
      const socket = await connectAs(test.url, actor, '/live');
      const over = ended(socket);
      expect(await ask(socket, event, GOOD)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
      expect(await over).toBe('io server disconnect');
      const silent = await connect(test.url, '/live');
      const [heard, silence] = [heardBy(silent), ended(silent)];
      silent.emit(event, GOOD);
      await silence;
      expect(heard).toEqual([['exception', expect.objectContaining({ code: 'UNAUTHENTICATED' })]]);
    },
  );

  it('answers to nobody when its author said nothing, and to roles as routes do', async () => {
    const hall = await member('owner', '/halls');
    expect(await ask(hall, 'hall:enter')).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(await ask(hall, 'hall:leave')).toHaveProperty('user');
    expect(await ask(await member('viewer'), 'note:hold', GOOD)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await ask(await member('member'), 'note:forbid')).toMatchObject({ code: 'FORBIDDEN' });
    expect(await ask(await member('owner'), 'note:forbid')).toEqual({ forbidden: true });
    expect(await ask(hall, 'note:hold', GOOD)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('of administrators is theirs alone, and is written down', async () => {
    expect(await ask(await member('owner'), 'note:administer')).toMatchObject({ code: 'FORBIDDEN' });
    const { actor } = await test.administrator();
    expect(await ask(await connectAs(test.url, actor), 'note:administer')).toEqual({ administered: true });
    expect(
      await sql(test.databaseUrl, 'SELECT action, target_type FROM audit_log WHERE actor_id = $1', [actor.userId]),
    ).toEqual([{ action: 'administration.called', target_type: 'note:administer' }]);
  });

  it('is answered when it has no result, and in time, and its work ends with its socket', async () => {
    const socket = await member();
    expect(await ask(socket, 'note:wait')).toBeNull();
    expect(await ask(socket, 'note:hang')).toMatchObject({ status: 504, code: 'REQUEST_TIMEOUT' });
    const hanging = () =>
      sql(test.databaseUrl, `SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'`);
    await eventually(async () => expect(await hanging()).toEqual([]));
    socket.emit('note:hang');
    await eventually(async () => expect(await hanging()).toHaveLength(1));
    socket.disconnect();
    await eventually(async () => expect(await hanging()).toEqual([]), 2_000);
  });

  it('is counted by its name and its outcome, but a made-up name is not kept', async () => {
    const socket = await member();
    await ask(socket, 'note:hold', {});
    await ask(socket, 'made-up-by-a-client');
    const text = await METRICS.read(test);
    expect(text).toMatch(/socket_events_total\{event="note:hold",outcome="VALIDATION_FAILED"\} \d+/);
    expect(text).toMatch(/socket_events_total\{event="unknown",outcome="NOT_FOUND"\} \d+/);
    expect(text).not.toContain('made-up');
  });
});
