import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { TestApp } from '../../../test/harness/app.js';
import { eventually } from '../../../test/harness/eventually.js';
import { NOTES } from '../../../test/harness/note.entity.js';
import { NotesModule } from '../../../test/harness/notes.controller.js';
import { TestRoutesModule } from '../../../test/harness/routes.controller.js';
import { NotesGatewayModule } from '../../../test/harness/notes.gateway.js';
import { connect, connectAs, ended } from '../../../test/harness/sockets.js';

const modules = [NotesModule, NotesGatewayModule, TestRoutesModule];

describe('the socket server', () => {
  it('tells its clients that it leaves, whatever they do, and closes in its phase', async () => {
    const app = await AppProcess.serve({ ...PRODUCTION, DATABASE_URL: await cloneDatabase() });
    const sockets = [
      await connect(app.url, '/live'),
      await connect(app.url, '/live', { transports: ['polling'] }),
      await connect(app.url, '/live'),
    ];
    const over = sockets.map(ended);
    // One of them never says goodbye.
    const { ws } = sockets[2]?.io.engine.transport as unknown as { ws: { close(): void; _socket: { pause(): void } } };
    ws._socket.pause();
    const [asked, exit] = [performance.now(), app.exit];
    app.kill('SIGTERM');
    expect(await exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeLessThan(5_000);
    expect(await Promise.all(over.slice(0, 2))).toEqual(['transport close', 'transport close']);
    const closed = app.log.filter(({ msg }) => msg === 'closed').map(({ resource }) => resource);
    const inOrder = ['server', 'handlers', 'handlers of events', 'socket server', 'connections', 'pool'];
    expect(closed.filter((one) => inOrder.includes(String(one)))).toEqual(inOrder);
  });

  it('lets a handler finish that works, and answers its client, before it closes', async () => {
    const test = await TestApp.start({ modules });
    const socket = await connectAs(test.url, (await test.actor('member')).actor);
    const answer = socket.emitWithAck('note:wait');
    const over = ended(socket);
    // So that the event is there when the end begins.
    await socket.emitWithAck('note:forbid');
    await test.close();
    expect(await answer).toBeNull();
    expect(await over).toBe('transport close');
  });

  it('lets nobody in while it drains', async () => {
    const app = await AppProcess.serve({ ...PRODUCTION, DATABASE_URL: await cloneDatabase(), DRAIN_MS: '2000' });
    const socket = await connect(app.url, '/live');
    app.kill('SIGTERM');
    await eventually(async () => {
      const answer = await fetch(`${app.url}/socket.io/?EIO=4&transport=polling`);
      expect(await answer.json()).toMatchObject({ message: 'DEPENDENCY_UNAVAILABLE' });
    });
    expect(socket.connected).toBe(true);
    expect(await app.exit).toEqual({ code: 0, signal: null });
  });

  it('asks the database through the one pool, together with the routes (R-24 #2, without jobs)', async () => {
    const test = await TestApp.start({ modules, env: { DB_POOL_MAX: '5' } });
    await sql(test.databaseUrl, NOTES);
    const sockets = await Promise.all(
      Array.from({ length: 20 }, async () => connectAs(test.url, (await test.actor('member')).actor)),
    );
    const { api } = await test.actor('member');
    let done = false;
    const work = Promise.all([
      ...sockets.map((socket, index) => socket.emitWithAck('note:hold', { text: `A${index}`, minutes: 5 })),
      ...Array.from({ length: 40 }, () => api.get('/v1/test/slow')),
    ]).finally(() => (done = true));
    let most = 0;
    while (!done) {
      const statement = `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'aerie'`;
      const [row] = await sql<{ count: number }>(test.databaseUrl, statement);
      most = Math.max(most, row?.count ?? 0);
    }
    const answers = await work;
    expect(answers.slice(0, 20)).toEqual(Array(20).fill({ id: expect.any(String) as string }));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(5);
  });
});
