import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io-client';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { NOTES } from '../../../test/harness/note.entity.js';
import { NotesModule } from '../../../test/harness/notes.controller.js';
import { PUBLIC_NOTE, NotesGateway, NotesGatewayModule } from '../../../test/harness/notes.gateway.js';
import { connect, connectAs, ended, heardBy } from '../../../test/harness/sockets.js';
import { Transactions } from '../database/transactions.js';
import { Signals } from '../signals/signals.js';
import { LiveRooms } from './live-rooms.js';
import { organizationRoom, userRoom } from './room.js';
import { Rooms } from './rooms.js';

const modules = [NotesModule, NotesGatewayModule];
const JOIN = { kind: 'notes', id: PUBLIC_NOTE };

describe('a room', () => {
  let first: TestApp;
  let second: TestApp;
  beforeAll(async () => {
    first = await TestApp.start({ modules });
    second = await TestApp.start({ modules, databaseUrl: first.databaseUrl });
    await sql(first.databaseUrl, NOTES);
  });

  const soon = (holds: () => void) => eventually(() => Promise.resolve(holds()));
  const tell = (
    test: TestApp,
    ...[room, event, payload]: Parameters<Rooms['publish']> extends [unknown, ...infer Rest] ? Rest : never
  ) => test.app.get(Transactions).run((tx) => Promise.resolve(test.app.get(Rooms).publish(tx, room, event, payload)));
  const ask = (socket: Socket, event: string, data?: unknown) =>
    socket.timeout(5_000).emitWithAck(event, data) as Promise<Record<string, unknown>>;

  it('hears on every instance what was committed on one, each socket once and in order', async () => {
    const { actor } = await first.actor('member');
    const colleague = { ...(await first.actor('member')).actor, organizationId: actor.organizationId };
    const sockets = {
      mine: await connectAs(first.url, actor),
      mineElsewhere: await connectAs(second.url, actor),
      colleagues: await connectAs(second.url, colleague),
      strangers: await connectAs(second.url, (await first.actor('member')).actor),
    };
    const heard = Object.fromEntries(Object.entries(sockets).map(([name, socket]) => [name, heardBy(socket)]));
    await ask(sockets.mine, 'note:hold', { text: 'A1', minutes: 5 });
    await soon(() => expect(heard.mine).toHaveLength(2));
    await ask(sockets.mineElsewhere, 'note:hold', { text: 'A2', minutes: 5 });
    const [one, two] = [{ text: 'A1' }, { text: 'A2' }];
    const both = [
      ['note.held', one],
      ['note.mine', one],
      ['note.held', two],
      ['note.mine', two],
    ];
    await soon(() => expect(heard.mine).toEqual(both));
    await soon(() => expect(heard.mineElsewhere).toEqual(both));
    await soon(() =>
      expect(heard.colleagues).toEqual([
        ['note.held', one],
        ['note.held', two],
      ]),
    );
    expect(heard.strangers).toEqual([]);
  });

  it('hears nothing of what is rolled back', async () => {
    const { actor } = await first.actor('member');
    const socket = await connectAs(second.url, actor);
    const heard = heardBy(socket);
    await ask(socket, 'note:hold', { text: 'broken', minutes: 5 });
    await ask(socket, 'note:hold', { text: 'whole', minutes: 5 });
    await soon(() => expect(heard).toHaveLength(2));
    expect(JSON.stringify(heard)).not.toContain('broken');
  });

  it('of what is public is open to anybody who asks, until they leave it', async () => {
    const socket = await connect(second.url, '/live');
    const heard = heardBy(socket);
    const { actor } = await first.actor('member');
    const owner = await connectAs(first.url, actor);
    expect(await ask(socket, 'room:join', JOIN)).toEqual({ room: `notes:${PUBLIC_NOTE}` });
    await ask(owner, 'note:hold', { text: 'L1', minutes: 5 });
    await soon(() => expect(heard).toEqual([['notes.changed', { text: 'L1' }]]));
    expect(await ask(socket, 'room:leave', JOIN)).toEqual({ room: `notes:${PUBLIC_NOTE}` });
    await ask(owner, 'note:hold', { text: 'L2', minutes: 5 });
    const late = await connect(second.url, '/live');
    await ask(late, 'room:join', JOIN);
    const heardLate = heardBy(late);
    await ask(owner, 'note:hold', { text: 'L3', minutes: 5 });
    await soon(() => expect(heardLate).toHaveLength(1));
    expect(heard).toHaveLength(1);
  });

  it('is not open to a client that asks for what is not public', async () => {
    const socket = await connect(first.url, '/live');
    const { actor } = await first.actor('member');
    for (const [kind, id] of [
      ['notes', randomUUID()],
      ['user', actor.userId],
      ['organization', actor.organizationId],
    ]) {
      expect(await ask(socket, 'room:join', { kind, id })).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    }
    expect(await ask(socket, 'room:join', { kind: 'notes', id: '*' })).toMatchObject({ code: 'VALIDATION_FAILED' });
    const heard = heardBy(socket);
    await ask(socket, 'room:join', JOIN);
    await tell(first, userRoom(actor.userId), 'secret.told', {});
    await tell(first, organizationRoom(actor), 'secret.told', {});
    await ask(await connectAs(first.url, actor), 'note:hold', { text: 'N1', minutes: 5 });
    await soon(() => expect(heard).toHaveLength(1));
    expect(JSON.stringify(heard)).not.toContain('secret');
  });

  it('holds a socket among at most twenty', async () => {
    first.app.get(LiveRooms).open('things', () => Promise.resolve(true));
    const socket = await connect(first.url, '/live');
    const join = (id: string) => ask(socket, 'room:join', { kind: 'things', id });
    const ids = Array.from({ length: 21 }, () => randomUUID());
    for (const id of ids.slice(0, 20)) expect(await join(id)).toEqual({ room: `things:${id}` });
    expect(await join(ids[20] ?? '')).toMatchObject({ status: 409, code: 'TOO_MANY_ROOMS' });
    expect(await join(ids[0] ?? '')).toEqual({ room: `things:${ids[0]}` });
    await ask(socket, 'room:leave', { kind: 'things', id: ids[0] });
    expect(await join(ids[20] ?? '')).toHaveProperty('room');
  });

  it('takes no more than 64 KiB at once', async () => {
    const { actor } = await first.actor();
    const told = tell(first, userRoom(actor.userId), 'much.told', { text: 'x'.repeat(65_536) });
    await expect(told).rejects.toThrow('larger than 64 KiB');
  });

  it('is reached across instances through the server of a gateway as well', async () => {
    const { actor } = await first.actor('member');
    const [near, far] = [await connectAs(first.url, actor), await connectAs(second.url, actor)];
    const heard = [heardBy(near), heardBy(far)];
    const { server } = first.app.get(NotesGateway, { strict: false });
    server.to(userRoom(actor.userId).name).emit('said', { by: 'gateway', bytes: Buffer.from('ok') });
    for (const one of heard)
      await soon(() => expect(one).toEqual([['said', { by: 'gateway', bytes: Buffer.from('ok') }]]));
    await eventually(async () => expect(await server.in(userRoom(actor.userId).name).fetchSockets()).toHaveLength(2));
    const over = [ended(near), ended(far)];
    server.in(userRoom(actor.userId).name).disconnectSockets(true);
    expect(await Promise.all(over)).toEqual(['io server disconnect', 'io server disconnect']);
  });

  it('lets its sockets come back by themselves when an instance has missed something', async () => {
    const socket = await connect(first.url, '/live', { reconnection: true, reconnectionDelay: 10 });
    const over = ended(socket);
    await sql(first.databaseUrl, 'TRUNCATE signals');
    await first.app.get(Signals).send('test', 'after a crash');
    expect(await over).toBe('transport close');
    await soon(() => expect(socket.connected).toBe(true));
  });
});
