import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { atTheEnd } from './cleanup.js';

/** Stands between the application and its database, and can stop passing anything on. */
export class FaultProxy {
  private readonly sockets = new Set<Socket>();
  private frozen = false;

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

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private link(client: Socket, database: Socket): void {
    client.pipe(database).pipe(client);
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
}
