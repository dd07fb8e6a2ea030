import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { atTheEnd } from './cleanup.js';

/** Stands between the application and its database, and does to their connections what networks do. */
export class FaultProxy {
  /** How many connections were made to it */
  accepted = 0;
  private readonly sockets = new Set<Socket>();
  private readonly links = new Set<readonly [client: Socket, database: Socket]>();
  private frozen = false;
  private latencyMs = 0;

  private constructor(
    private readonly server: Server,
    /** The database's connection string, by way of the proxy */
    readonly url: string,
  ) {}

  static async before(databaseUrl: string): Promise<FaultProxy> {
    const target = new URL(databaseUrl);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const url = Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: String(port) }).href;
    const proxy = new FaultProxy(server, url);
    server.on('connection', (client) => proxy.link(client, connect(Number(target.port), target.hostname)));
    return atTheEnd(proxy, () => proxy.close());
  }

  /** From now on connections are accepted and nothing is answered, as by a host that hangs. */
  freeze(): void {
    this.frozen = true;
    for (const socket of this.sockets) socket.pause();
  }

  thaw(): void {
    this.frozen = false;
    for (const socket of this.sockets) socket.resume();
  }

  /** From now on everything takes this long in each direction. */
  delay(latencyMs: number): void {
    this.latencyMs = latencyMs;
  }

  /** Resets every connection that there is (RST); new ones are passed on. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** The side of the database is gone, and that of the application has not heard of it: connections are half open. */
  halfOpen(): void {
    for (const [client, database] of this.links) {
      // What is still sent goes nowhere, and nobody says so.
      client.unpipe().resume();
      database.removeAllListeners('close').destroy();
    }
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private link(client: Socket, database: Socket): void {
    this.accepted++;
    this.links.add([client, database]);
    client.pipe(this.late()).pipe(database).pipe(this.late()).pipe(client);
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      this.sockets.add(socket);
      if (this.frozen) socket.pause();
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }

  private late(): Transform {
    return new Transform({
      transform: (chunk, _encoding, done) => {
        if (this.latencyMs === 0) done(null, chunk);
        else setTimeout(done, this.latencyMs, null, chunk);
      },
    });
  }
}
